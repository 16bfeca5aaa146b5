/** What people read before and after sessions are ended. */
import { formatDuration } from "../domain/duration.ts";
import { formatEndpoint } from "../domain/address.ts";
import { isGone } from "../domain/kill-outcome.ts";
import type { KillReport, PlannedEnd, PlannedKill } from "../domain/kill-result.ts";
import { plural } from "../domain/plural.ts";
import type { SessionProcess } from "../domain/session-details.ts";
import type { Session } from "../domain/session.ts";
import { columnNames } from "./columns.ts";
import type { Grid, Look } from "./grid.ts";
import { describeSession } from "./one-line.ts";
import { describeOutcome } from "./outcome.ts";
import { renderGrid } from "./render-grid.ts";
import { gridOf, type SessionsLayout } from "./sessions.ts";
import { visible } from "./visible.ts";

/** What is said about the way in which sessions are to end. */
export interface Manner {
  signal: string;
  graceMs: number;
  escalate: boolean;
  everything: boolean;
}

/** The plan: which sessions, what else it means, and who is spared. */
export async function renderPlan(
  planned: PlannedKill,
  manner: Manner,
  layout: SessionsLayout,
  look: Look,
): Promise<string> {
  const { report, ends, commands } = planned;
  const sessions = ends.map(({ cut }) => cut.session);
  const lines = [
    ...ends.flatMap(dangerLines),
    ...belongingLines(ends, manner.everything),
    ...sparedLines(planned),
    ...commands.map((command) => `runs: ${command.join(" ")}`),
  ];
  const title = `${report.host}: ${plural(ends.length, "session")} to end, by ${mannerText(manner)}`;
  return (
    paragraph([look.chalk.bold(visible(title))]) +
    (await sessionTable(report.takenAtMs, sessions, layout, look)) +
    paragraph(lines.map(visible))
  );
}

function sparedLines({ spared, undecided }: PlannedKill): string[] {
  return [
    ...spared.map(({ session, proof }) => `spared: ${describeSession(session)}: ${proof}`),
    ...undecided.map(
      (session) => `left out: ${describeSession(session)}: what was asked for is not known or not proven`,
    ),
  ];
}

function mannerText({ signal, graceMs, escalate }: Manner): string {
  return escalate && signal !== "KILL" ? `${signal}, and KILL after ${formatDuration(graceMs / 1000)}` : signal;
}

async function sessionTable(
  nowMs: number,
  sessions: readonly Session[],
  layout: SessionsLayout,
  look: Look,
): Promise<string> {
  if (sessions.length === 0) return "";
  const view = { nowMs, fullCommand: layout.fullCommand };
  const columns = layout.format === "wide" ? columnNames : planColumns;
  return renderGrid(gridOf(sessions, columns, view, false), layout, look);
}

const planColumns = ["self", "user", "kind", "tty", "from", "pid", "login", "idle", "command"] as const;

function dangerLines({ cut, dangers }: PlannedEnd): string[] {
  return dangers.map(
    ({ pid, name, danger }) =>
      `DANGER: ${name} (PID ${String(pid)}) ${danger} in the session of ${cut.session.user ?? "somebody"}, PID ${String(cut.session.pid)}`,
  );
}

function belongingLines(ends: readonly PlannedEnd[], everything: boolean): string[] {
  const processes = ends.flatMap(({ belongings }) => belongings);
  if (processes.length === 0) return [];
  if (!everything) return [];
  return [
    `ends too: ${plural(processes.length, "process")} that these sessions have started`,
    ...processes.map((process) => `  ${describeProcess(process)}`),
  ];
}

/** "1200 nc (root, listens on 0.0.0.0:4444) ROOT": a process in a line. */
function describeProcess({ pid, name, user, uid, tty, listens, isElevated }: SessionProcess): string {
  const facts = [
    user ?? (uid === undefined ? "?" : `uid ${String(uid)}`),
    tty,
    listens.length > 0 ? `listens on ${listens.map(formatEndpoint).join(", ")}` : undefined,
  ].filter((fact) => fact !== undefined);
  return `${String(pid)} ${name} (${facts.join(", ")})${isElevated ? " ROOT" : ""}`;
}

/** What became of every session, and what is left to know. */
export async function renderResults(killed: KillReport, layout: SessionsLayout, look: Look): Promise<string> {
  const { planned, results, appeared } = killed;
  const sessions = results.map(({ end }) => end.cut.session);
  const outcomes = results.map(({ outcome }) => describeOutcome(outcome));
  const view = { nowMs: planned.report.takenAtMs, fullCommand: layout.fullCommand };
  const grid = withColumn(gridOf(sessions, resultColumns, view, look.width === undefined), "RESULT", outcomes);
  const table = results.length > 0 ? await renderGrid(grid, layout, look) : "";
  // Of a session that goes on, everything does.
  const left = results.flatMap(({ outcome, leftBehind }) => (isGone(outcome) ? leftBehind : []));
  const lines = [
    ...(left.length > 0 ? [`still running: ${plural(left.length, "process")} that these sessions have started`] : []),
    ...left.map((process) => `  ${describeProcess(process)}`),
    ...results.flatMap(({ end, records }) => recordLines(end.cut.session, records)),
    ...sparedLines(planned),
    ...appeared.map((session) => `has come meanwhile: ${describeSession(session)}`),
  ];
  return table + paragraph(lines.map(visible));
}

const resultColumns = ["user", "kind", "tty", "from", "pid"] as const;

function recordLines(
  session: Session,
  { isOpenForLogind, staleTtys }: KillReport["results"][number]["records"],
): string[] {
  const { logindSession } = session;
  const name = describeSession(session);
  return [
    ...(isOpenForLogind === true
      ? [`${name}: logind still has its session ${logindSession ?? ""} open: PAM was not told of the end`]
      : []),
    ...(staleTtys.length > 0
      ? [`${name}: utmp still names it on ${staleTtys.join(", ")}, and who(1) may show it`]
      : []),
  ];
}

function withColumn({ columns, rows }: Grid, title: string, cells: readonly string[]): Grid {
  return {
    columns: [...columns, { title }],
    rows: rows.map(({ cells: own }, index) => ({ cells: [...own, cells[index]] })),
  };
}

function paragraph(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
