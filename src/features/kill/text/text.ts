/**
 * This room turns plans and reports of `kill` into text and JSON. This file has what people read before and after; reasons, problems and
 * outcomes are closed unions in plan/, and each has its sentences in a file of its own.
 */
import { formatDuration } from "../../../domain/duration.ts";
import { formatEndpoint } from "../../../domain/address.ts";
import { isGone } from "../plan/outcome.ts";
import type { KillReport, KillResult, PlannedEnd, KillPlan } from "../plan/kill-plan.ts";
import { mayOutlive } from "../plan/may-outlive.ts";
import { plural } from "../../../text/words.ts";
import type { SessionProcess } from "../../../domain/session-details.ts";
import { companionsOf } from "../../../domain/companions.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { hasNoTerminal, isLeftover, type Session } from "../../../domain/session.ts";
import { viewOf, wideColumns, type View } from "../../sessions/text/columns.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { describeCompanions } from "./companions.ts";
import { describeOutcome } from "./outcome.ts";
import { proofOf } from "./spared.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { gridOf, type SessionsLayout } from "../../sessions/text/sessions-text.ts";
import { sortSessions } from "../../sessions/text/sort.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { paragraph, wrapWords } from "../../../text/wrap.ts";

/** What is said about the way in which sessions are to end. */
export interface Manner {
  signal: string;
  graceMs: number;
  escalate: boolean;
  everything: boolean;
  /** How long the users have after a warning; undefined when they get none. */
  warnSeconds: number | undefined;
}

/** The plan: which sessions, what else it means, and who is spared. */
export async function renderPlan(
  plan: KillPlan,
  manner: Manner,
  layout: SessionsLayout,
  look: TextStyle,
): Promise<string> {
  const { report, commands } = plan;
  const ends = plan.ends.filter(({ isPermitted }) => isPermitted);
  const sessions = ends.map(shownSession);
  const isOne = ends.length === 1;
  const lines = [
    ...ends.flatMap((end) => companyLine(end, isOne)),
    ...ends.flatMap((end) => rootLine(end, isOne)),
    ...frozenLines(sessions),
    ...(manner.warnSeconds === undefined ? [] : unwarnedLines(sessions)),
    ...belongingLines(ends.filter((end) => manner.everything || isLeft(end))),
    ...(manner.everything ? [] : survivorLines(ends.filter((end) => !isLeft(end)))),
    ...plan.ends.filter((end) => !ends.includes(end)).map(forbiddenLine),
    ...sparedLines(plan),
  ];
  const how = ends.length > 0 ? `, with ${mannerText(manner)}` : "";
  const noun = ends.some(({ termination }) => termination.channel !== undefined) ? "terminal" : "session";
  const title = `${report.host}: ${plural(ends.length, noun)} to end${how}`;
  return (
    painted([title], look.chalk.bold, look) +
    (await sessionTable(viewOf(report, layout.fullCommand), sessions, layout, look)) +
    painted(ends.flatMap(dangerLines), look.chalk.red, look) +
    paragraph(lines.map(visible), look.width, textWidth) +
    paragraph(
      commands.map((command) => visible(`runs: ${command.join(" ")}`)),
      undefined,
    )
  );
}

/** Whether only what a session has started is there to be ended. */
function isLeft({ termination }: PlannedEnd): boolean {
  return isLeftover(termination.session);
}

/** A session as it is told: of one that goes on, only the terminal that ends. */
function shownSession({ termination: { session, channel }, sessionProcesses }: PlannedEnd): Session {
  if (channel === undefined) return session;
  const { tty, kind, program, busy } = channel;
  const ending = new Set(sessionProcesses.map(({ pid }) => pid));
  return {
    ...session,
    ttys: tty === undefined ? [] : [tty],
    kind,
    command: program.name,
    commandLine: program.line,
    busy,
    forwards: [],
    rootInside: session.rootInside?.filter(({ pid }) => ending.has(pid)),
  };
}

/** What goes along with it, or with one terminal goes on; its terminals stand in the table. */
function companyLine({ termination: { session, channel } }: PlannedEnd, isOne: boolean): string[] {
  const company = companionsOf(session, channel);
  if (channel !== undefined) {
    const others = describeCompanions(company);
    return [others === "" ? "its connection carries nothing else" : `stays on the same connection: ${others}`];
  }
  const isShared = company.channels.length > 1;
  const others = describeCompanions({
    channels: isShared ? company.channels.filter(({ tty }) => tty === undefined) : [],
    forwards: company.forwards,
  });
  return others === "" ? [] : [`also ends: ${others}${whose(session, isOne)}`];
}

/** @param isOne - whether no other session ends, which it could be. */
function whose(session: Session, isOne: boolean): string {
  return isOne ? "" : ` (${describeSession(session)})`;
}

function rootLine(end: PlannedEnd, isOne: boolean): string[] {
  const session = shownSession(end);
  const named = (session.rootInside ?? []).map(({ pid, comm }) => `${comm} (PID ${String(pid)})`);
  return named.length === 0 ? [] : [`root inside: ${firstFew(named)}${whose(session, isOne)}`];
}

function sparedLines({ spared, undecided }: KillPlan): string[] {
  return [
    ...spared.map((each) => `spared: ${describeSession(each.session)}, ${proofOf(each)}`),
    ...undecided.map(
      (session) => `left out: ${describeSession(session)}: not enough is known to tell whether it matches`,
    ),
  ];
}

function forbiddenLine({ termination }: PlannedEnd): string {
  return `not permitted: ${describeSession(termination.session)}: only root can end it`;
}

function mannerText({ signal, graceMs, escalate, warnSeconds }: Manner): string {
  const signals =
    escalate && signal !== "KILL" ? `${signal}, then KILL after ${formatDuration(graceMs / 1000)}` : signal;
  return warnSeconds === undefined ? signals : `${signals}, ${formatDuration(warnSeconds)} after a warning`;
}

function frozenLines(sessions: readonly Session[]): string[] {
  return sessions
    .filter(({ frozen }) => frozen !== undefined)
    .map((session) => `frozen, and thawed when it has had its signal: ${describeSession(session)}`);
}

function unwarnedLines(sessions: readonly Session[]): string[] {
  return sessions.filter(hasNoTerminal).map((session) => `not warned: ${describeSession(session)}: it has no terminal`);
}

async function sessionTable(
  view: View,
  sessions: readonly Session[],
  layout: SessionsLayout,
  look: TextStyle,
): Promise<string> {
  if (sessions.length === 0) return "";
  const columns = layout.format === "wide" ? wideColumns : planColumns;
  const rows = sortSessions(sessions, layout.sort, view);
  return renderGrid(withoutSilent(gridOf(rows, columns, view)), layout, look);
}

const planColumns = ["self", "user", "kind", "tty", "from", "pid", "login", "idle", "command"] as const;

function dangerLines({ termination, dangers }: PlannedEnd): string[] {
  return dangers.map(
    ({ pid, name, danger }) =>
      `DANGER: ${name} (PID ${String(pid)}) ${danger} in the session of ${termination.session.user ?? "somebody"}, PID ${String(termination.session.pid)}`,
  );
}

function belongingLines(ends: readonly PlannedEnd[]): string[] {
  const processes = ends.flatMap(({ sessionProcesses }) => sessionProcesses);
  return processLines("to end as well", processes);
}

function survivorLines(ends: readonly PlannedEnd[]): string[] {
  const processes = ends.flatMap(({ termination, sessionProcesses }) =>
    sessionProcesses.filter((process) => mayOutlive(process, termination.session)),
  );
  const lines = processLines("may keep running", processes);
  return lines.length === 0 ? [] : [...lines, "  --everything ends these too"];
}

/** @returns nothing where there is no process. */
function processLines(title: string, processes: readonly SessionProcess[]): string[] {
  if (processes.length === 0) return [];
  return [
    `${title}: ${plural(processes.length, "process")} started by these sessions`,
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
export async function renderResults(killed: KillReport, layout: SessionsLayout, look: TextStyle): Promise<string> {
  const { plan, results, appeared } = killed;
  const sessions = results.map(({ end }) => shownSession(end));
  const view = viewOf(plan.report, layout.fullCommand);
  const grid = withResults(gridOf(sessions, resultColumns, view), results);
  const table = results.length > 0 ? await renderGrid(grid, layout, look) : "";
  // Of a session that goes on, everything does.
  const left = results.flatMap(({ outcome, leftovers }) => (isGone(outcome) ? leftovers : []));
  const lines = [
    ...results.flatMap(restLine),
    ...results.flatMap(({ end, records }) => recordLines(end.termination.session, records)),
    ...sparedLines(plan),
    ...appeared.map((session) => `opened in the meantime: ${describeSession(session)}`),
  ];
  const wrapped = (texts: readonly string[]) => paragraph(texts.map(visible), look.width, textWidth);
  return table + wrapped(processLines("still running", left)) + paragraph(endingLine(left), undefined) + wrapped(lines);
}

/** In one line however long: whoever copies a command must not copy half of it. */
function endingLine(left: readonly SessionProcess[]): string[] {
  const them = left.length === 1 ? "it" : "them";
  return left.length > 0 ? [`  to end ${them}: kill ${left.map(({ pid }) => String(pid)).join(" ")}`] : [];
}

function restLine({ end, rest }: KillResult): string[] {
  if (rest === undefined) return [];
  if (!rest.isConnected) return ["its connection has ended, too"];
  const { session, channel } = end.termination;
  const { channels, forwards } = companionsOf(session, channel);
  const others = describeCompanions({ channels: channels.filter((each) => !rest.lost.includes(each)), forwards });
  return [`its connection stays open${others === "" ? "" : `, with ${others}`}`];
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
      ? [`${name}: logind still lists its session ${logindSession ?? ""}: PAM was not told that the session has ended`]
      : []),
    ...(staleTtys.length > 0 ? [`${name}: utmp still lists it on ${staleTtys.join(", ")}, so who(1) may show it`] : []),
  ];
}

function withResults({ columns, rows }: Grid, results: readonly KillResult[]): Grid {
  return {
    columns: [...columns, { title: "RESULT" }],
    rows: results.map(({ outcome }, index) => ({
      cells: [...(rows[index]?.cells ?? []), describeOutcome(outcome)],
      ...(isGone(outcome) ? {} : { emphasis: "failed" }),
    })),
  };
}

/** Whole words in colour, each line by itself. */
function painted(texts: readonly string[], paint: (line: string) => string, { width }: TextStyle): string {
  const lines = texts.flatMap((text) => wrapWords(visible(text), width, textWidth));
  // chalk joins all of its arguments, and map() gives three.
  return paragraph(
    lines.map((line) => paint(line)),
    undefined,
  );
}
