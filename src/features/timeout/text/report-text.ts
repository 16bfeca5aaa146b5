/** This room shows idle limits, and changes of them, as text and JSON. */
import type { TimeoutDocument } from "../../../text/json-contract.ts";
import { formatDuration } from "../../../domain/duration.ts";
import {
  settingInForce,
  type Limit,
  type LimitedSession,
  type LimitReport,
  type LimitSetting,
} from "../limits/limit-report.ts";
import { fromByteText } from "../../../text/byte-text.ts";
import type { UserRules } from "../../policy/rules-of-user.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { textWidth } from "../../../text/width.ts";
import { fullTime, isoTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";

/** Which limit applies to a user, and why, for people. */
export function renderLimits(
  report: LimitReport,
  rules: UserRules | undefined,
  sessions: readonly LimitedSession[],
  { chalk, width }: TextStyle,
): string {
  const { user, shell, limits, conflicts, notes } = report;
  const tmout = limits.find(({ means }) => means === "TMOUT");
  const file = tmout && settingInForce(tmout)?.path;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", chalk.bold(title), ...lines];
  const wrapped = (texts: readonly string[]) =>
    texts.flatMap((text) => wrapWords(`  ${visible(text)}`, width, textWidth));
  const lines = [
    `${visible(user)}, whose login shell is ${visible(shell)}:`,
    ...limits.flatMap((limit) => [
      "",
      ...hangingIndent(
        `${chalk.bold(limitNames[limit.means])}  `,
        limitNames[limit.means].length + 2,
        `${limit.shell?.doubt === undefined ? secondsText(limit.seconds) : "not certain"}: ${visible(limit.describe)}`,
        width,
        textWidth,
      ),
      ...details(limit, width),
    ]),
    ...section("rules (sshctl policy)", wrapped(rulesInWords(rules))),
    ...section("conflicts", wrapped(conflicts)),
    ...section("notes", wrapped(notes)),
    ...section(
      "open sessions (inferred)",
      sessions.flatMap((session) => wrapWords(sessionLine(session, file), width, textWidth)),
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Nothing where there are none. */
function rulesInWords(rules: UserRules | undefined): string[] {
  if (rules === undefined) return [];
  const { mode, isApplied, fault } = rules;
  if (fault !== undefined) return [`nothing is done by them: ${fault}`];
  const standing =
    isApplied === false ? "no service applies them" : mode === "observe" ? "mode observe: nothing is done" : [];
  const texts = rules.rules.map(({ text }) => text);
  return [...[standing].flat(), ...(texts.length === 0 ? ["none means this user"] : texts)];
}

export const limitNames: Readonly<Record<Limit["means"], string>> = {
  TMOUT: "shell (TMOUT)",
  autologout: "tcsh (autologout)",
  sshd: "sshd (ChannelTimeout)",
  "sshd-unused": "sshd (UnusedConnectionTimeout)",
  logind: "logind (StopIdleSessionSec)",
};

function secondsText(seconds: Limit["seconds"]): string {
  if (seconds === undefined) return "no limit";
  if (seconds === "unknown") return "not known";
  return seconds < 60 ? `${String(seconds)} s` : `${String(seconds)} s (${formatDuration(seconds)})`;
}

/** As wide as the outcomes of settings, and the space around them. */
const outcomePlace = 12;

function details({ settings, remarks }: Limit, width: number | undefined): string[] {
  const facts = [
    ...settings.map(({ outcome, ...setting }) => [outcome, settingText(setting)] as const),
    ...remarks.map((text, index) => [index === 0 ? "note" : "", text] as const),
  ];
  return facts.flatMap(([name, text]) =>
    hangingIndent(`  ${name}`.padEnd(outcomePlace), outcomePlace, visible(text), width, textWidth),
  );
}

function settingText({ path, line, text, ours }: Omit<LimitSetting, "outcome">): string {
  const by = ours ? " (sshctl)" : "";
  return `${path}:${String(line)}${by}  ${fromByteText(text)}`;
}

/** @param file - that sets TMOUT. */
function sessionLine({ pid, tty, startedAtMs, seconds }: LimitedSession, file: string | undefined): string {
  const since = startedAtMs === undefined ? "" : ` since ${fullTime(startedAtMs)}`;
  const what =
    tty === undefined
      ? "no prompt"
      : seconds === "unknown"
        ? file === undefined
          ? "no limit known"
          : visible(`began before ${file} was changed, and has the limit that was set then`)
        : secondsText(seconds);
  return `  ${String(pid)} ${visible(tty ?? "-")}${since}: ${what}`;
}

/** docs/schemas/timeout-1.json */
export function renderLimitsJson(
  report: LimitReport,
  rules: UserRules | undefined,
  sessions: readonly LimitedSession[],
  host: string,
): string {
  const { user, shell, limits, conflicts, notes } = report;
  return renderJson<TimeoutDocument>({
    schema: "sshctl.timeout/1",
    host,
    user,
    shell,
    limits: limits.map(limitToJson),
    conflicts,
    notes,
    policy:
      rules === undefined
        ? null
        : { mode: rules.mode, applied: rules.isApplied ?? null, rules: rules.rules, fault: rules.fault ?? null },
    sessions: sessions.map(({ pid, tty, startedAtMs, seconds }) => ({
      pid,
      tty: tty ?? null,
      startedAt: startedAtMs === undefined ? null : isoTime(startedAtMs),
      ...secondsToJson(seconds),
      inferred: true,
    })),
  });
}

function limitToJson(limit: Limit): Told<TimeoutDocument["limits"][number]> {
  const { means, seconds, describe, settings, remarks, shell } = limit;
  return {
    means,
    ...secondsToJson(seconds),
    description: describe,
    settings: settings.map(({ path, line, text, seconds: value, ours, outcome }) => ({
      path,
      line,
      text: fromByteText(text),
      seconds: typeof value === "number" ? value : null,
      ours,
      outcome,
    })),
    remarks,
    readonly: shell?.readonly ?? null,
    exported: shell?.exported ?? null,
    asked: shell?.asked ?? false,
    doubt: shell?.doubt === undefined ? null : { reason: shell.doubt.reason, ...shell.doubt.place },
  };
}

/** No limit, and a limit that is not known, are both without a number. */
function secondsToJson(seconds: Limit["seconds"]): { seconds: number | null; known: boolean } {
  return { seconds: typeof seconds === "number" ? seconds : null, known: seconds !== "unknown" };
}
