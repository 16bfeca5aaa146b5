import { durationForm, parseDuration } from "../../domain/duration.ts";
import { plural } from "../../text/words.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { Command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { oneOf, single } from "../../cli/values.ts";
import { notice } from "../sessions/notes.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import {
  colorOption,
  columnOptions,
  formatOptions,
  gridOptions,
  outputGroup,
  parseStyle,
} from "../sessions/output-options.ts";
import { isAtLeast, severities, worstFirst, type Severity } from "./inventory/findings.ts";
import { allFindings, readKeyReport, type KeyReport } from "./inventory/key-report.ts";
import { isUnused } from "./inventory/key-rows.ts";
import { columnsOf, formats, mostRows, parseLayout, tellOfMore, type Layout } from "./layout.ts";
import { keysHostOf } from "./machine.ts";
import { parseQuestion, readSessionsOf, whoseOptions } from "./options.ts";
import { keysRevoke } from "./revoke.ts";
import { keysShow } from "./show.ts";
import { keyColumnNames, sortKeys } from "./text/columns.ts";
import { reachLine } from "./text/details.ts";
import { reasonOf } from "./text/faults.ts";
import { renderFindings, toldFinding } from "./text/findings.ts";
import { findingGrid, keyGrid } from "./text/grid.ts";
import { renderKeysJson } from "./text/json.ts";
import { reachOf } from "../../system/logs/login-counter.ts";
import { renderCsv } from "../../text/csv.ts";
import { withHost, withoutSilent, type TextStyle } from "../../text/grid.ts";
import { renderGrid } from "../../text/render-grid.ts";

export const keysList: Command = {
  name: "keys",
  summary: "Which keys can log in here, and when they last did",
  examples: [
    ["sshctl keys", "every authorized key of every account"],
    ["sshctl keys --user deploy --unused 90d", "deploy's keys with no login for 90 days"],
    ["sshctl keys --findings --fail-on medium", "what is wrong with them; exit code 1 if anything is"],
    ["sshctl keys --on @web --findings", "the same on other servers, by the sshctl that is installed there"],
  ],
  options: {
    ...whoseOptions,
    unused: {
      group: "Select",
      value: "TIME",
      describe: "only keys with no login for this long, according to the logs",
    },
    findings: { group: outputGroup, describe: "show what is wrong with the keys, instead of the keys" },
    "fail-on": {
      group: outputGroup,
      value: "SEVERITY",
      offer: severities,
      describe: `end with code 1 if a finding is at least this severe: ${severities.join(", ")}`,
    },
    ...formatOptions(formats),
    ...columnOptions(keyColumnNames, "-last for the latest used"),
    ...gridOptions,
    ...colorOption,
    ...sshctlFleetOptions,
  },
  others: [keysShow, keysRevoke],
  run: async (given, context) => {
    const layout = parseLayout(given);
    const look = parseStyle(given, context);
    const unusedSeconds = single(given, "unused", { read: parseDuration, allowed: durationForm });
    const failOn = single(given, "fail-on", oneOf(severities));
    if (meansFleet(given)) return (await import("./fleet/keys-on.ts")).keysOn(given, { layout, failOn }, look, context);
    const question = { ...parseQuestion(given), unusedSeconds };
    const host = await keysHostOf(context);
    const report = await readKeyReport(question, await readSessionsOf(context, host), host);
    const { shown, left } = select(report, unusedSeconds, layout.sort);
    for await (const part of render(shown, left, layout, look)) context.out.write(part);
    tell(shown, left, context);
    tellOfMore(layout.findings ? allFindings(shown).length : shown.keys.length, layout, look, context);
    return exitCodeOf(allFindings(shown), failOn);
  },
};

/** @returns the keys that are asked for, and of how many that cannot be told. */
function select(
  report: KeyReport,
  unusedSeconds: number | undefined,
  sort: Layout["sort"],
): { shown: KeyReport; left: number } {
  const sorted = { ...report, keys: sortKeys(report.keys, sort) };
  if (unusedSeconds === undefined) return { shown: sorted, left: 0 };
  const answers = sorted.keys.map((key) => isUnused(key, unusedSeconds, reachOf(report), report.takenAtMs));
  const keys = sorted.keys.filter((_, index) => answers[index] === true);
  return { shown: { ...report, keys }, left: answers.filter((answer) => answer === undefined).length };
}

async function* render(report: KeyReport, left: number, layout: Layout, look: TextStyle): AsyncGenerator<string> {
  const { format, findings, headers } = layout;
  if (format === "json") return yield* renderKeysJson(report, left);
  const found = findings ? worstFirst(allFindings(report)) : [];
  const most = mostRows(layout, look);
  if (format === "csv")
    return yield renderCsv(
      findings ? withHost(findingGrid(found), report.host) : keyGrid(report, columnsOf(layout), true),
      headers,
    );
  const shown = { ...report, keys: report.keys.slice(0, most) };
  if (findings)
    return yield found.length === 0 ? "no findings\n" : renderFindings(found.slice(0, most).map(toldFinding), look);
  if (shown.keys.length === 0 && look.width !== undefined) return yield "no keys\n";
  const grid = keyGrid(shown, columnsOf(layout), false);
  yield await renderGrid(layout.isWhole ? grid : withoutSilent(grid), layout, look);
}

/** So many files are named one by one. */
const mostNotes = 20;

/** On stderr, what the rows on stdout cannot tell. */
function tell(report: KeyReport, left: number, { err }: Context): void {
  const unread = report.otherFindings.filter(({ fault }) => fault.id === "unread-file");
  const notes = [
    ...report.warnings.map(({ message }) => message),
    ...unread.slice(0, mostNotes).map(({ user, path, fault }) => `${path}, of ${user}: ${reasonOf(fault)}`),
    ...(unread.length > mostNotes
      ? [`${plural(unread.length - mostNotes, "more file")} not read; --findings lists them`]
      : []),
    ...(report.brokenLines > 0
      ? [`${plural(report.brokenLines, "line")} without a key that sshd accepts; --findings shows where`]
      : []),
    ...(left > 0
      ? [`${plural(left, "key")} left out: the logs do not show whether ${left === 1 ? "it was" : "they were"} used`]
      : []),
    reachLine(report) ?? [],
  ];
  for (const note of notes.flat()) notice(note, err);
}

export function exitCodeOf(findings: readonly { severity: Severity }[], failOn: Severity | undefined): ExitCode {
  const fails = failOn !== undefined && findings.some(({ severity }) => isAtLeast(severity, failOn));
  return fails ? exitCodes.nothingMatched : exitCodes.done;
}
