/** The one place where sessions are really ended. */
import { isGone, notTried, type KillOutcome } from "./plan/outcome.ts";
import type { KillReport, KillResult } from "./plan/result.ts";
import { noRecords } from "./plan/login-records.ts";
import { plural } from "../../text/words.ts";
import type { Cut } from "./plan/plan-kill.ts";
import type { SessionProcess } from "../../domain/session-details.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import type { Acts } from "./deliver/acts.ts";
import type { Belongings } from "./deliver/read-belongings.ts";
import type { OwnScopes } from "../../system/systemd/login-scope.ts";
import { describeOutcome } from "./text/outcome.ts";
import type { Task } from "./request.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { endListeners, restartListeners } from "./listeners.ts";

/** What has been done, and how well. */
export interface Done {
  killed: KillReport;
  /** What became of the listeners. */
  notes: readonly string[];
  /** What went wrong beside the sessions. */
  problems: readonly string[];
  /** Whether nothing is left of what was to end with --everything. */
  wasEverythingEnded: boolean;
}

/**
 * Errors before the first signal are thrown; after it everything that goes wrong is told beside what was done.
 *
 * @param before - the sessions that were there when it began, by their identities: others have come meanwhile.
 * @throws UsageError when the backend cannot select exactly the victims, and nothing was done.
 */
export async function carryOut(
  prepared: Prepared,
  before: ReadonlySet<string>,
  task: Task,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Done> {
  const { report } = prepared.planned;
  const ended = await endListeners(prepared.listeners, report, acts);
  const problems = [...ended.problems];
  const first = async () => endRound(prepared, task, acts, interruption);
  const rounds = [prepared.listeners.doomed.length === 0 ? await first() : await orProblem(problems, first, noRound)];
  const seen = new Set(before);
  const lookAgain = async () =>
    orProblem(problems, async () => prepareNewcomers(seen, task, acts, interruption), undefined);
  let next = await lookAgain();
  while (task.wish.untilNone && next !== undefined && rounds.length < mostRounds) {
    const newcomers = next;
    rounds.push(await orProblem(problems, async () => endRound(newcomers, task, acts, interruption), noRound));
    for (const { cut } of newcomers.planned.ends) seen.add(sessionId(cut.session.identity));
    next = await lookAgain();
  }
  const results = rounds.flatMap((round) => round.results);
  problems.push(...rounds.flatMap((round) => round.problems));
  if (!(await orProblem(problems, async () => writeDown(results, task, acts), false)))
    problems.push("the system log did not take the record of this");
  return {
    killed: { planned: prepared.planned, results, appeared: next?.planned.ends.map(({ cut }) => cut.session) ?? [] },
    notes: [...ended.notes, ...rounds.flatMap((round) => round.notes)],
    problems,
    wasEverythingEnded: !task.wish.everything || results.every(({ leftBehind }) => leftBehind.length === 0),
  };
}

/** Those that a later look knows again. Who is still logging in has not come yet, if it was not meant. */
export function sessionsBefore({ planned: { report, ends } }: Prepared): Set<string> {
  const known = [...report.sessions.filter(({ phase }) => phase === "open"), ...ends.map(({ cut }) => cut.session)];
  return new Set(known.map(({ identity }) => sessionId(identity)));
}

/** Against somebody who comes back faster than we look. */
const mostRounds = 20;

/** Even a defect must not hide what was done already. */
async function orProblem<T>(problems: string[], work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return otherwise;
  }
}

interface Round {
  results: readonly KillResult[];
  notes: readonly string[];
  problems: readonly string[];
}

const noRound: Round = { results: [], notes: [], problems: [] };

/** Ends the sessions and what they leave behind, and asks the books about them. */
async function endRound(prepared: Prepared, task: Task, acts: Acts, interruption: AbortSignal): Promise<Round> {
  const { planned, belongings } = prepared;
  const notes: string[] = [];
  const problems: string[] = [];
  const scopes = task.wish.everything ? await acts.findOwnScopes([...belongings.keys()]) : new Map<Session, string>();
  const outcomes = await endConnections(prepared, task, acts, interruption, { notes, problems });
  const outcomeOf = (cut: Cut) => outcomes.get(cut) ?? notTried;
  const living = await orProblem(
    problems,
    async () => leftBehind(prepared, task, scopes, acts, interruption),
    new Map<Session, never[]>(),
  );
  const left = await orProblem(problems, async () => Promise.resolve(acts.describe(living)), noProcesses);
  const gone = planned.ends.filter(({ cut }) => isGone(outcomeOf(cut))).map(({ cut }) => cut.session);
  const books = await orProblem(problems, async () => acts.readLoginRecords(gone), []);
  const results = planned.ends.map((end): KillResult => ({
    end,
    outcome: outcomeOf(end.cut),
    leftBehind: left.get(end.cut.session) ?? [],
    records: books[gone.indexOf(end.cut.session)] ?? noRecords,
  }));
  return { results, notes, problems };
}

const noProcesses: ReadonlyMap<Session, readonly SessionProcess[]> = new Map();

/** The others first, then the listeners, and the caller's own session last of all. */
async function endConnections(
  { planned, listeners, method }: Prepared,
  { wish }: Task,
  acts: Acts,
  interruption: AbortSignal,
  { notes, problems }: { notes: string[]; problems: string[] },
): Promise<Map<Cut, KillOutcome>> {
  const cuts = planned.ends.map(({ cut }) => cut);
  const own = cuts.filter(({ session }) => session.self !== false);
  const others = cuts.filter(({ session }) => session.self === false);
  const outcomes = await acts.deliver(others, { ...wish, ...method }, interruption);
  if (interruption.aborted) {
    problems.push(...listeners.restart.map(({ name }) => `${name} was not restarted: it was called off`));
    return outcomes;
  }
  const restarted = await restartListeners(listeners, acts);
  notes.push(...restarted.notes);
  problems.push(...restarted.problems);
  // Whoever cannot log in again needs the session that is left.
  if (own.length === 0 || restarted.problems.length > 0) return outcomes;
  const last = async () => acts.deliver(own, { ...wish, ...method }, interruption);
  const ownOutcomes = outcomes.size === 0 ? await last() : await orProblem(problems, last, new Map<Cut, KillOutcome>());
  return new Map([...outcomes, ...ownOutcomes]);
}

/** What still runs of what the sessions have started; nothing, when it was to end too and did. */
async function leftBehind(
  { planned, belongings }: Prepared,
  { wish }: Task,
  scopes: OwnScopes,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Belongings> {
  return wish.everything && !interruption.aborted
    ? acts.endBelongings(belongings, planned.report, scopes, interruption)
    : acts.waitForBelongings(belongings, interruption);
}

/** @returns undefined when nobody has come who is meant, too. */
async function prepareNewcomers(
  seen: ReadonlySet<string>,
  { isOpenEnded, find, wish }: Task,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Prepared | undefined> {
  if (!isOpenEnded || interruption.aborted) return undefined;
  const { report, chosen } = await find();
  const sessions = chosen.sessions.filter(({ identity }) => !seen.has(sessionId(identity)));
  if (sessions.length === 0) return undefined;
  const wished = { ...wish, includeListener: false, restartListener: false };
  const prepared = await prepare({ report, chosen: { sessions, undecided: [] } }, wished, acts);
  return prepared.planned.ends.length === 0 ? undefined : prepared;
}

/** @returns whether the system log took it all. */
async function writeDown(results: readonly KillResult[], { wish }: Task, acts: Acts): Promise<boolean> {
  const caller = acts.caller();
  return acts.record(
    results.map(({ end, outcome, leftBehind }) => ({
      caller,
      session: end.cut.session,
      signal: outcome.kind === "ended" ? outcome.signal : wish.signal,
      isEnded: isGone(outcome),
      outcome:
        describeOutcome(outcome) +
        (wish.everything
          ? `, with ${plural(Math.max(0, end.belongings.length - leftBehind.length), "process")} that it had started`
          : ""),
      reason: wish.reason,
    })),
  );
}
