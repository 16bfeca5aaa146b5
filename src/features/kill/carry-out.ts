/** The one place where sessions are really ended. */
import { isGone, notTried, type KillOutcome } from "./plan/outcome.ts";
import type { KillReport, KillResult } from "./plan/kill-plan.ts";
import { noRecords } from "./plan/login-records.ts";
import { plural } from "../../text/words.ts";
import type { Termination } from "./plan/plan-terminations.ts";
import type { SessionProcess } from "../../domain/session-details.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import type { Acts } from "./deliver/acts.ts";
import type { SessionProcesses } from "./deliver/session-processes.ts";
import type { OwnScopes } from "../../system/systemd/login-scope.ts";
import { describeOutcome } from "./text/outcome.ts";
import type { KillRequest } from "./request.ts";
import { makePlan, type PreparedKill } from "./make-plan.ts";
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
  prepared: PreparedKill,
  before: ReadonlySet<string>,
  request: KillRequest,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Done> {
  const { report } = prepared.planned;
  const ended = await endListeners(prepared.listeners, report, acts);
  const problems = [...ended.problems];
  const first = async () => endRound(prepared, request, acts, interruption);
  const rounds = [
    prepared.listeners.listenersToStop.length === 0 ? await first() : await orProblem(problems, first, noRound),
  ];
  const seen = new Set(before);
  const lookAgain = async () =>
    orProblem(problems, async () => prepareNewcomers(seen, request, acts, interruption), undefined);
  let next = await lookAgain();
  while (request.options.untilNone && next !== undefined && rounds.length < mostRounds) {
    const newcomers = next;
    rounds.push(await orProblem(problems, async () => endRound(newcomers, request, acts, interruption), noRound));
    for (const { termination } of newcomers.planned.ends) seen.add(sessionId(termination.session.identity));
    next = await lookAgain();
  }
  const results = rounds.flatMap((round) => round.results);
  problems.push(...rounds.flatMap((round) => round.problems));
  if (!(await orProblem(problems, async () => writeDown(results, request, acts), false)))
    problems.push("the system log did not take the record of this");
  return {
    killed: {
      planned: prepared.planned,
      results,
      appeared: next?.planned.ends.map(({ termination }) => termination.session) ?? [],
    },
    notes: [...ended.notes, ...rounds.flatMap((round) => round.notes)],
    problems,
    wasEverythingEnded: !request.options.everything || results.every(({ leftovers }) => leftovers.length === 0),
  };
}

/** Those that a later look knows again. Who is still logging in has not come yet, if it was not meant. */
export function sessionsBefore({ planned: { report, ends } }: PreparedKill): Set<string> {
  const known = [
    ...report.sessions.filter(({ phase }) => phase === "open"),
    ...ends.map(({ termination }) => termination.session),
  ];
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
async function endRound(
  prepared: PreparedKill,
  request: KillRequest,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Round> {
  const { planned, sessionProcesses } = prepared;
  const notes: string[] = [];
  const problems: string[] = [];
  const scopes = request.options.everything
    ? await acts.findOwnScopes([...sessionProcesses.keys()])
    : new Map<Session, string>();
  const outcomes = await endConnections(prepared, request, acts, interruption, { notes, problems });
  const outcomeOf = (termination: Termination) => outcomes.get(termination) ?? notTried;
  const living = await orProblem(
    problems,
    async () => leftovers(prepared, request, scopes, acts, interruption),
    new Map<Session, never[]>(),
  );
  const left = await orProblem(problems, async () => Promise.resolve(acts.describe(living)), noProcesses);
  const gone = planned.ends
    .filter(({ termination }) => isGone(outcomeOf(termination)))
    .map(({ termination }) => termination.session);
  const books = await orProblem(problems, async () => acts.readLoginRecords(gone), []);
  const results = planned.ends.map((end): KillResult => ({
    end,
    outcome: outcomeOf(end.termination),
    leftovers: left.get(end.termination.session) ?? [],
    records: books[gone.indexOf(end.termination.session)] ?? noRecords,
  }));
  return { results, notes, problems };
}

const noProcesses: ReadonlyMap<Session, readonly SessionProcess[]> = new Map();

/** The others first, then the listeners, and the caller's own session last of all. */
async function endConnections(
  { planned, listeners, method }: PreparedKill,
  { options }: KillRequest,
  acts: Acts,
  interruption: AbortSignal,
  { notes, problems }: { notes: string[]; problems: string[] },
): Promise<Map<Termination, KillOutcome>> {
  const terminations = planned.ends.map(({ termination }) => termination);
  const own = terminations.filter(({ session }) => session.self !== false);
  const others = terminations.filter(({ session }) => session.self === false);
  const outcomes = await acts.deliver(others, { ...options, ...method }, interruption);
  if (interruption.aborted) {
    problems.push(...listeners.restart.map(({ name }) => `${name} was not restarted: it was called off`));
    return outcomes;
  }
  const restarted = await restartListeners(listeners, acts);
  notes.push(...restarted.notes);
  problems.push(...restarted.problems);
  // Whoever cannot log in again needs the session that is left.
  if (own.length === 0 || restarted.problems.length > 0) return outcomes;
  const last = async () => acts.deliver(own, { ...options, ...method }, interruption);
  const ownOutcomes =
    outcomes.size === 0 ? await last() : await orProblem(problems, last, new Map<Termination, KillOutcome>());
  return new Map([...outcomes, ...ownOutcomes]);
}

/** What still runs of what the sessions have started; nothing, when it was to end too and did. */
async function leftovers(
  { planned, sessionProcesses }: PreparedKill,
  { options }: KillRequest,
  scopes: OwnScopes,
  acts: Acts,
  interruption: AbortSignal,
): Promise<SessionProcesses> {
  return options.everything && !interruption.aborted
    ? acts.endLeftovers(sessionProcesses, planned.report, scopes, interruption)
    : acts.waitForLeftovers(sessionProcesses, interruption);
}

/** @returns undefined when nobody has come who is meant, too. */
async function prepareNewcomers(
  seen: ReadonlySet<string>,
  { alsoNewcomers, find, options }: KillRequest,
  acts: Acts,
  interruption: AbortSignal,
): Promise<PreparedKill | undefined> {
  if (!alsoNewcomers || interruption.aborted) return undefined;
  const { report, chosen } = await find();
  const sessions = chosen.sessions.filter(({ identity }) => !seen.has(sessionId(identity)));
  if (sessions.length === 0) return undefined;
  const narrowed = { ...options, includeListener: false, restartListener: false };
  const prepared = await makePlan({ report, chosen: { sessions, undecided: [] } }, narrowed, acts);
  return prepared.planned.ends.length === 0 ? undefined : prepared;
}

/** @returns whether the system log took it all. */
async function writeDown(results: readonly KillResult[], { options }: KillRequest, acts: Acts): Promise<boolean> {
  const caller = acts.caller();
  return acts.record(
    results.map(({ end, outcome, leftovers }) => ({
      caller,
      session: end.termination.session,
      signal: outcome.kind === "ended" ? outcome.signal : options.signal,
      isEnded: isGone(outcome),
      outcome:
        describeOutcome(outcome) +
        (options.everything
          ? `, with ${plural(Math.max(0, end.sessionProcesses.length - leftovers.length), "process")} that it had started`
          : ""),
      reason: options.reason,
    })),
  );
}
