/** What is told to people of locks. */
import { formatDuration } from "../../../domain/duration.ts";
import { fullTime } from "../../../text/time.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { plural } from "../../../text/words.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { quoteWord } from "../../../domain/command-line.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { dateOf } from "../../access/read-access.ts";
import type { LockReport } from "../carry-out.ts";
import { exemptPath } from "../exempt.ts";
import type { LockEnd } from "../for-option.ts";
import type { LockOptions, PlannedLock } from "../plan.ts";
import type { Probe } from "../probe.ts";
import { denyPath, lockedDay, type LockRecord, type Mechanism } from "../../../system/locks/record.ts";
import type { UnlockResult } from "../take-off.ts";

type Width = number | undefined;

const labelPlace = 9;

export function row(label: string, text: string, width: Width): string[] {
  return hangingIndent(`  ${label}`.padEnd(labelPlace + 2), labelPlace + 2, visible(text), width, textWidth);
}

export function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

export function mechanismText(mechanism: Mechanism): string {
  if (mechanism.kind === "deny")
    return `DenyUsers ${mechanism.pattern} in ${mechanism.paths.map(placeOf).join(" and ")}`;
  const before = mechanism.before === undefined ? "never" : dateOf(mechanism.before);
  return `the account expires on ${dateOf(lockedDay)} instead of ${before}`;
}

/** When it ends by itself. */
export function endRows({ forSeconds, untilMs }: LockEnd, width: Width): string[] {
  if (forSeconds === undefined) return [];
  const when = untilMs === undefined ? `${formatDuration(forSeconds)} from now` : fullTime(untilMs);
  return row("until", `${when}, by a systemd timer, which outlives a reboot`, width);
}

function exemptText(addresses: readonly string[]): string {
  return `${firstFew(addresses)} from PerSourcePenalties until unlock, in ${exemptPath}`;
}

function placeOf(path: string): string {
  return path === denyPath ? path : `a block at the top of ${path}`;
}

const probeText =
  "then a login is tried, with a key made for it, at a server of its own with each daemon's configuration; if it is let in, that opens a PAM session in which true(1) runs";

const hereOnly = " on this host only, since it is an account of a directory";

export function renderLockPlan(
  plans: readonly PlannedLock[],
  { kill, everything, probe, ...end }: LockOptions,
  width: Width,
): string {
  return lines(
    plans.flatMap(({ account, mechanism, isLocal, sessions, exempt, stops, stays, notes }) => [
      visible(
        `Lock ${account.name} (uid ${String(account.uid)})${isLocal ? "" : hereOnly}: ${mechanismText(mechanism)}`,
      ),
      ...(kill
        ? row("ends", `${sessionsText(sessions)}${everything ? "; and what they have left running" : ""}`, width)
        : []),
      ...endRows(end, width),
      ...(exempt.length === 0 ? [] : row("exempts", exemptText(exempt), width)),
      ...(probe ? row("probe", probeText, width) : []),
      ...stops.flatMap((text) => row("stops", text, width)),
      ...stays.flatMap((text) => row("stays", text, width)),
      ...notes.flatMap((text) => row("note", text, width)),
    ]),
  );
}

function sessionsText(sessions: PlannedLock["sessions"]): string {
  if (sessions.length === 0) return "no session is open; logins in progress will be ended";
  return `${plural(sessions.length, "session")}: ${firstFew(sessions.map(describeSession))}; and logins in progress`;
}

export function renderLockReport(
  { results, ending }: LockReport,
  { kill }: LockOptions,
  { width, chalk }: TextStyle,
): string {
  const told = results.flatMap(({ plan, record, problem, open, probes = [], unstopped }) => {
    const { name } = plan.account;
    if (record === undefined) return row(`${chalk.red("NOT LOCKED")}  `, `${name}: ${problem?.message ?? ""}`, width);
    const [state, paint] = open.length === 0 ? (["locked", chalk.green] as const) : (["BROKEN", chalk.red] as const);
    const held = open.length === 0 ? "every SSH server refuses the account" : `NOT REFUSED by ${open.join(", ")}`;
    return [
      ...wrapWords(visible(`${name}: ${state}, ${held}${untilText(record.end)} (${record.id})`), width, textWidth).map(
        (line, index) => (index === 0 ? line.replace(`: ${state}`, `: ${paint(state)}`) : line),
      ),
      ...probes.flatMap((probe) => row("probe", describeProbe(probe), width)),
      ...(record.exempt.length === 0 ? [] : row("exempts", exemptText(record.exempt), width)),
      ...unstopped.flatMap((text) => row("NOT STOPPED  ", text, width)),
      ...plan.stops.flatMap((text) => row("stops", text, width)),
      ...plan.stays.flatMap((text) => row("stays", text, width)),
    ];
  });
  const locked = results.flatMap(({ record }) => (record === undefined ? [] : quoteWord(record.user)));
  return lines([
    ...told,
    ...endingLines(ending, kill, width),
    ...(locked.length === 0 ? [] : [visible(`Undo: sshctl unlock ${locked.join(" ")}`)]),
  ]);
}

function describeProbe({ server, outcome, text }: Probe): string {
  const became = { refused: "refused", "let in": "LET IN", unknown: "NOT PROVEN" }[outcome];
  return `${became} with the configuration of ${server}: ${text}`;
}

/** What became of sessions, beside the table of them. */
export function endingLines(ending: LockReport["ending"], kill: boolean, width: Width): string[] {
  const { ended = 0, left = 0 } = ending?.authenticating ?? {};
  return [
    ...(ended > 0 ? wrapWords(`Also closed ${plural(ended, "unauthenticated connection")} (user unknown)`, width) : []),
    ...(left > 0
      ? wrapWords(`${plural(left, "unauthenticated connection")} could NOT be closed (user unknown)`, width)
      : []),
    ...(kill && ending !== undefined && !ending.isComplete
      ? wrapWords(visible(`NOT COMPLETE: ${firstFew(leftText(ending.left))}`), width, textWidth)
      : []),
  ];
}

export function untilText(end: LockRecord["end"]): string {
  return end === undefined ? "" : `, until ${fullTime(end.untilMs)}`;
}

function leftText({ sessions, undecided }: NonNullable<LockReport["ending"]>["left"]): string[] {
  const open = [
    ...sessions.map(describeSession),
    ...undecided.map((session) => `${describeSession(session)} (owner unknown)`),
  ];
  return open.length === 0 ? ["a session or connection could not be ended, see above"] : open;
}

export function renderUnlockPlan(records: readonly LockRecord[], forSeconds: number | undefined, width: Width): string {
  const then =
    forSeconds === undefined
      ? ""
      : `; ${formatDuration(forSeconds)} later it is locked again, and the sessions open by then are ended`;
  return lines(
    records.flatMap((record) =>
      wrapWords(
        visible(`Unlock ${record.user} (uid ${String(record.uid)}): ${undoText(record)}${then}`),
        width,
        textWidth,
      ),
    ),
  );
}

const againTexts = {
  services: "services that run without a login are turned on again",
  crontab: "the crontab goes back",
  at: "the at jobs go back, and those that are due run",
} as const;

function undoText({ mechanism, by, reason, stopped, exempt }: LockRecord): string {
  const what =
    mechanism.kind === "deny"
      ? `DenyUsers ${mechanism.pattern} is removed from ${mechanism.paths.join(" and ")}`
      : mechanism.before === undefined
        ? "the account no longer expires"
        : `the account expires on ${dateOf(mechanism.before)} again`;
  const also = [
    ...(exempt.length === 0 ? [] : [`${firstFew(exempt)} is no longer exempt from PerSourcePenalties`]),
    ...new Set(stopped.map(({ kind }) => againTexts[kind])),
  ];
  return `${[what, ...also].join("; ")}; it was locked by ${by}${reason === undefined ? "" : `, ${reason}`}`;
}

const accessText = { yes: "can log in again", no: "still cannot log in", unknown: "may log in again" } as const;

export function renderUnlock(results: readonly UnlockResult[], width: Width): string {
  return lines(
    results.flatMap(({ record, outcome, text, access, notBack }) => {
      const isDone = outcome === "unlocked" || outcome === "absent";
      const until = record.opened === undefined || outcome !== "unlocked" ? "" : untilText(record.opened);
      const after =
        access === undefined
          ? ""
          : `; ${record.user} ${accessText[access]} (see "sshctl access ${quoteWord(record.user)}")`;
      const told = wrapWords(
        visible(`${record.user}: ${isDone ? "" : "NOT UNLOCKED: "}${text}${until}${after}`),
        width,
        textWidth,
      );
      return [...told, ...notBack.flatMap((each) => row("NOT BACK  ", each, width))];
    }),
  );
}
