/**
 * This room has the command `history`: who was connected over SSH, when, and how it ended.
 * What enters: times and selection (times.ts, choose.ts), what logs tell of a span of time (read/), how their lines become connections,
 * purely (join/), which of it is shown (view.ts), and how it is written (text/) or drawn (picture/).
 */
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { single } from "../../cli/values.ts";
import type { NamedUser } from "../../domain/accounts.ts";
import { exitCodes, UsageError, type ExitCode } from "../../errors.ts";
import { isUnicodeTerminal } from "../../text/locale.ts";
import { notice } from "../sessions/notes.ts";
import { colorOption, columnOptions, formatOptions, gridOptions, parseStyle } from "../sessions/output-options.ts";
import { parseUsers } from "../sessions/selection-options.ts";
import { unknownUsers } from "../sessions/unknown-names.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import { parseFleetView } from "./fleet/fleet-view.ts";
import { withTypedKeys } from "../sessions/typed-key-options.ts";
import { attemptChooser, chooseRows, choosingOptions, parseQuestions, rejectUnkept, type Rows } from "./choose.ts";
import type { DrawStyle } from "./picture/draw.ts";
import { journalProgress } from "./progress.ts";
import { attemptsWithPseudonyms, Pseudonyms, withPseudonyms } from "./pseudonyms.ts";
import { readAttemptHistory } from "./read/read-attempts.ts";
import { readHistory, type History, type Subject } from "./read/read-history.ts";
import { historyColumnNames } from "./text/columns.ts";
import {
  attemptNotes,
  historyFormats,
  historyNotes,
  renderAttempts,
  renderCounts,
  renderHistory,
  renderPicture,
  type HistoryLayout,
} from "./text/render.ts";
import { parseTimes, timeOptions, type AskedTime } from "./times.ts";
import { parseView, viewOptions, type View } from "./view.ts";

const sourceGroup = "Source";
const folder = { read: (text: string) => text, allowed: "folders" };

export const history: Command = {
  name: "history",
  summary: "Show who was connected over SSH, and how it ended",
  examples: [
    ["sshctl history", "every connection of the last 7 days"],
    ["sshctl history --at '2026-11-27 03:14'", "who was on then"],
    ["sshctl history --since yesterday --user bob --from 10.0.0.0/8", "bob's, from the internal network"],
    ["sshctl history --since '30 days ago' --key SHA256:wcPFP6DV -o csv", "where a key was used"],
    ["sshctl history --since yesterday --picture", "a line over time for each connection"],
    ["sshctl history -o html >week.html", "the same as a page for a browser"],
    ["sshctl history --on @web --at 03:14", "who was on many servers then"],
    ["sshctl history --failed --by user", "the names that failed to log in"],
  ],
  options: {
    ...timeOptions,
    ...choosingOptions,
    ...viewOptions,
    ...formatOptions(historyFormats),
    ...columnOptions(historyColumnNames, "-lasted for the longest"),
    ...gridOptions,
    ...colorOption,
    ...sshctlFleetOptions,
    root: {
      group: sourceGroup,
      value: "DIR",
      offer: "folders",
      describe: "read a recorded host instead of this machine",
    },
    journal: {
      group: sourceGroup,
      value: "DIR",
      offer: "folders",
      describe: "read the journal files in this folder, of whatever machine",
    },
  },
  run: async (typed, context) => {
    rejectUnkept(typed);
    if (meansFleet(typed)) return runOnHosts(typed, context);
    const view = parseView(typed);
    const given = await withTypedKeys(typed, context);
    const style = parseStyle(given, context);
    const subject = parseSubject(given);
    const { facts } = await context.host();
    const asked = parseTimes(given, facts.now());
    const names = given.flag("pseudonyms") ? new Pseudonyms() : undefined;
    const users = await meaningsOf(given, subject, context);
    const progress = journalProgress(context.err, facts.now);
    if (view.kind === "attempts") {
      const isMeant = attemptChooser(given, users);
      const folder = subject.kind === "journal" ? subject.folder : undefined;
      const read = await readAttemptHistory(facts, folder, asked, { by: view.by, isMeant }, progress.tell);
      progress.end();
      const found = names === undefined ? read : { ...read, counts: attemptsWithPseudonyms(read.counts, names) };
      context.out.write(await renderAttempts(found, asked, view, style));
      for (const note of attemptNotes(found, asked, view.format)) notice(note, context.err);
      return exitCodes.done;
    }
    const reports = await context.reports();
    const found = await readHistory(subject, asked, facts, reports.read, ({ timeMs }) => {
      progress.tell(timeMs);
    });
    progress.end();
    const span = asked.endsNow ? { ...asked, toMs: found.takenAtMs } : asked;
    const chosen = chooseRows(found.connections, parseQuestions(given, users), span, found.takenAtMs);
    const rows = names === undefined ? chosen : { ...chosen, rows: withPseudonyms(chosen.rows, names) };
    await writeHistory(found, rows, asked, view, { ...style, isUnicode: isUnicodeTerminal(context.env) }, context);
    // Whoever has left may have been on all the same.
    if (rows.rows.length === 0 && subject.kind === "here")
      for (const note of await unknownUsers(given, [], reports)) notice(note, context.err);
    return exitCodes.done;
  },
};

async function runOnHosts(typed: GivenOptions, context: Context): Promise<ExitCode> {
  const view = parseFleetView(typed);
  const given = await withTypedKeys(typed, context);
  const style = parseStyle(given, context);
  const asked = parseTimes(given, (await context.host()).facts.now());
  return view.kind === "attempts"
    ? (await import("./fleet/failed-on.ts")).failedOn(given, asked, view, style, context)
    : (await import("./fleet/history-on.ts")).historyOn(given, asked, view, style, context);
}

async function writeHistory(
  found: History,
  rows: Rows,
  asked: AskedTime,
  view: Exclude<View, { kind: "attempts" }>,
  style: DrawStyle,
  { out, err }: Context,
): Promise<void> {
  switch (view.kind) {
    case "counts":
      out.write(await renderCounts(found, rows, asked, view, style));
      break;
    case "picture":
      for (const part of renderPicture(found, rows, asked, view.lineFor, view.layout, style)) out.write(part);
      break;
    case "rows":
    case "page":
      for await (const part of renderHistory(found, rows, asked, view.layout, style)) out.write(part);
  }
  for (const note of historyNotes(found, rows, asked, layoutOf(view), style)) notice(note, err);
}

function layoutOf(view: Exclude<View, { kind: "attempts" }>): Pick<HistoryLayout, "format"> {
  return view.kind === "counts" ? { format: view.format } : view.layout;
}

/** @throws UsageError */
function parseSubject(given: GivenOptions): Subject {
  const [root, journal] = [single(given, "root", folder), single(given, "journal", folder)];
  if (root !== undefined && journal !== undefined)
    throw new UsageError("--root and --journal name two machines.", "Give one of them.");
  if (journal !== undefined) return { kind: "journal", folder: journal };
  return root === undefined ? { kind: "here" } : { kind: "recorded", folder: root };
}

/** Whom names mean here; another machine has accounts of its own. */
async function meaningsOf(
  given: GivenOptions,
  subject: Subject,
  context: Context,
): Promise<(name: string) => NamedUser | undefined> {
  const meanings = new Map<string, NamedUser>();
  const { findUser } = await context.reports();
  if (subject.kind === "here")
    for (const name of [...parseUsers(given, "user"), ...parseUsers(given, "not-user")])
      meanings.set(name, await findUser(name));
  return (name) => meanings.get(name);
}
