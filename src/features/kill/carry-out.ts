/** The one place where sessions are really ended. */
import type { Process } from "../../domain/process.ts";
import type { SessionProcess } from "../../domain/session-details.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import { describeProcesses } from "../../report/read-details.ts";
import { actId } from "../../system/acts/act-id.ts";
import { recordManyActs, type LogName } from "../../system/acts/record-acts.ts";
import { readCaller } from "../../system/caller.ts";
import { findOwnScopes } from "../../system/systemd/login-scope.ts";
import { plural } from "../../text/words.ts";
import { moreEnded, restOf } from "./deliver/connection-rest.ts";
import { backendFor } from "./deliver/backends/index.ts";
import { deliver } from "./deliver/deliver.ts";
import { readLoginRecords } from "./deliver/read-login-records.ts";
import { recordOfSession } from "./deliver/record-act.ts";
import type { SessionProcesses } from "./deliver/session-processes.ts";
import { prepareThaw } from "./deliver/thaw-signalled.ts";
import { findLeftovers, provenOutcome } from "./deliver/what-is-left.ts";
import { findSettled } from "./find-settled.ts";
import { endListeners, pidsToStop, restartListeners } from "./listeners.ts";
import type { KillMachine } from "./machine.ts";
import { makePlan } from "./make-plan.ts";
import type { KillPlan, KillReport, KillResult } from "./plan/kill-plan.ts";
import { noRecords } from "./plan/login-records.ts";
import { isGone, notTried, type KillOutcome } from "./plan/outcome.ts";
import type { Termination } from "./plan/plan-terminations.ts";
import type { KillProblem, ListenerNote } from "./plan/problem.ts";
import type { KillRequest } from "./request.ts";
import { describeOutcome } from "./text/outcome.ts";

/**
 * Errors before the first signal are thrown; after it everything that goes wrong is reported beside what was done.
 *
 * @param before - the sessions that were there when it began, by their identities: others have come meanwhile.
 * @param onRound - is told what became of the sessions of each round, as soon as that is known.
 * @throws UsageError when the backend cannot select exactly the targets, and nothing was done.
 */
export async function carryOut(
  plan: KillPlan,
  before: ReadonlySet<string>,
  request: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
  onRound: (results: readonly KillResult[]) => void = () => undefined,
): Promise<KillReport> {
  const id = request.id ?? actId(machine.now(), machine.state.token());
  const ended = await endListeners(plan.listeners, plan.report, machine);
  const problems = [...ended.problems];
  const first = async () => endRound(plan, request, machine, interruption);
  const rounds = [
    plan.listeners.listenersToStop.length === 0 ? await first() : await orProblem(problems, first, noRound),
  ];
  onRound(rounds.flatMap((round) => round.results));
  const next = await endNewcomers(new Set(before), rounds, problems, { request, machine, interruption, onRound });
  const results = rounds.flatMap((round) => round.results);
  problems.push(...rounds.flatMap((round) => round.problems), ...unfinished(request, next, interruption));
  const untold = await orProblem(problems, async () => writeDown(id, results, request, machine), []);
  problems.push(...untold.map((log): KillProblem => ({ kind: "not-recorded", log })));
  return {
    id,
    plan,
    results,
    appeared: next?.ends.map(({ termination }) => termination.session) ?? [],
    notes: [...ended.notes, ...rounds.flatMap((round) => round.notes)],
    problems,
    isInterrupted: interruption.aborted,
    wasEverythingEnded: !request.options.everything || results.every(({ leftovers }) => leftovers.length === 0),
  };
}

/** Everything that stays the same from round to round. */
interface Run {
  request: KillRequest;
  machine: KillMachine;
  interruption: AbortSignal;
  onRound: (results: readonly KillResult[]) => void;
}

/**
 * Ends those who come meanwhile, with --until-none.
 *
 * @param rounds - gets a further one for each time.
 * @returns the plan for those that were left in the end.
 */
async function endNewcomers(
  seen: Set<string>,
  rounds: Round[],
  problems: KillProblem[],
  { request, machine, interruption, onRound }: Run,
): Promise<KillPlan | undefined> {
  for (;;) {
    const look = async () => findNewcomers(seen, request, machine, interruption);
    const next = await orProblem(problems, look, undefined);
    if (!request.options.untilNone || next === undefined || rounds.length >= mostRounds) return next;
    const round = await orProblem(problems, async () => endRound(next, request, machine, interruption), noRound);
    rounds.push(round);
    onRound(round.results);
    for (const { termination } of next.ends) seen.add(sessionId(termination.session.identity));
  }
}

/** Why it cannot be said that no session is left, though that was asked for. */
function unfinished(
  { options, alsoNewcomers }: KillRequest,
  next: KillPlan | undefined,
  interruption: AbortSignal,
): KillProblem[] {
  if (interruption.aborted) return alsoNewcomers ? [{ kind: "interrupted" }] : [];
  return options.untilNone && next !== undefined ? [{ kind: "still-coming", rounds: mostRounds }] : [];
}

/**
 * With --until-none, those who come within a moment count too: a client that connects again in a loop is away for part of
 * the time, and one look could miss it.
 */
async function findNewcomers(
  seen: ReadonlySet<string>,
  request: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
): Promise<KillPlan | undefined> {
  const untilMs = machine.clock.now() + (request.options.untilNone ? quietMs : 0);
  for (;;) {
    const plan = await planNewcomers(seen, request, machine, interruption);
    if (plan !== undefined || machine.clock.now() >= untilMs || interruption.aborted) return plan;
    await machine.clock.pause(quietPauseMs, interruption);
  }
}

const quietMs = 2000;
const quietPauseMs = 200;

/** Those that a later look knows again. Who is still logging in has not come yet, if it was not meant. */
export function sessionsBefore({ report, ends }: KillPlan): Set<string> {
  const known = [
    ...report.sessions.filter(({ phase }) => phase === "open"),
    ...ends.map(({ termination }) => termination.session),
  ];
  return new Set(known.map(({ identity }) => sessionId(identity)));
}

/** Against somebody who comes back faster than we look. */
const mostRounds = 20;

/** Even a defect must not hide what was done already. */
async function orProblem<T>(problems: KillProblem[], work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    problems.push({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    return otherwise;
  }
}

interface Round {
  results: readonly KillResult[];
  notes: readonly ListenerNote[];
  problems: readonly KillProblem[];
}

const noRound: Round = { results: [], notes: [], problems: [] };

/** Ends the sessions and what they leave behind, and asks the books about them. */
async function endRound(
  plan: KillPlan,
  request: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
): Promise<Round> {
  const { ends, sessionProcesses } = plan;
  const notes: ListenerNote[] = [];
  const problems: KillProblem[] = [];
  const scopes = request.options.everything
    ? await findOwnScopes([...sessionProcesses.keys()], machine)
    : new Map<Session, string>();
  const outcomes = await endConnections(plan, request, machine, interruption, { notes, problems });
  const outcomeOf = (termination: Termination) => outcomes.get(termination) ?? notTried;
  const living = await orProblem(
    problems,
    async () => findLeftovers(plan, request, scopes, machine, interruption),
    new Map<Session, readonly Process[]>(),
  );
  const left = await orProblem(
    problems,
    async () => Promise.resolve(describeProcesses(machine.files, living)),
    noProcesses,
  );
  // The books know connections, not their terminals.
  const gone = ends
    .filter(({ termination }) => isGone(outcomeOf(termination)) && termination.channel === undefined)
    .map(({ termination }) => termination.session);
  const books = await orProblem(problems, async () => readLoginRecords(gone, machine), []);
  const results = ends.map((end): KillResult => ({
    end,
    outcome: provenOutcome(end.termination, outcomeOf(end.termination), living.get(end.termination.session) ?? []),
    leftovers: left.get(end.termination.session) ?? [],
    records: books[gone.indexOf(end.termination.session)] ?? noRecords,
    rest: restOf(end.termination, plan.report, machine),
  }));
  problems.push(...results.flatMap(moreEnded));
  return { results, notes, problems };
}

const noProcesses: ReadonlyMap<Session, readonly SessionProcess[]> = new Map();

const noStarted: SessionProcesses = new Map();

/** The others first, then the listeners, and the caller's own session last of all. */
async function endConnections(
  { ends, listeners, sessionProcesses }: KillPlan,
  { options }: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
  { notes, problems }: { notes: ListenerNote[]; problems: KillProblem[] },
): Promise<Map<Termination, KillOutcome>> {
  const terminations = ends.map(({ termination }) => termination);
  const ending = options.everything ? sessionProcesses : noStarted;
  const means = {
    ...machine,
    backend: backendFor(options.backend, pidsToStop(listeners), machine),
    thaw: await prepareThaw(terminations, ending, machine),
  };
  const own = terminations.filter(({ session }) => session.self !== false);
  const others = terminations.filter(({ session }) => session.self === false);
  const outcomes = await deliver(others, options, means, interruption);
  if (interruption.aborted) {
    problems.push(...listeners.restart.map((daemon) => ({ kind: "restart-cancelled" as const, daemon })));
    return outcomes;
  }
  const restarted = await restartListeners(listeners, machine);
  notes.push(...restarted.notes);
  problems.push(...restarted.problems);
  // Whoever cannot log in again needs the session that is left.
  if (own.length === 0 || restarted.problems.length > 0) return outcomes;
  const last = async () => deliver(own, options, means, interruption);
  const ownOutcomes =
    outcomes.size === 0 ? await last() : await orProblem(problems, last, new Map<Termination, KillOutcome>());
  return new Map([...outcomes, ...ownOutcomes]);
}

/** @returns undefined when nobody has come who is meant, too. */
async function planNewcomers(
  seen: ReadonlySet<string>,
  { alsoNewcomers, find, options }: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
): Promise<KillPlan | undefined> {
  if (!alsoNewcomers || interruption.aborted) return undefined;
  const { report, chosen } = await findSettled({ find }, machine.clock);
  const sessions = chosen.sessions.filter(({ identity }) => !seen.has(sessionId(identity)));
  if (sessions.length === 0) return undefined;
  const narrowed = { ...options, includeListener: false, restartListener: false };
  const plan = await makePlan({ report, chosen: { sessions, undecided: [] } }, narrowed, machine);
  return plan.ends.length === 0 ? undefined : plan;
}

/** @returns the logs that did not take all of it. */
async function writeDown(
  id: string,
  results: readonly KillResult[],
  { command, rule, options }: KillRequest,
  machine: KillMachine,
): Promise<LogName[]> {
  const caller = readCaller(machine.files);
  return recordManyActs(
    results.map(({ end, outcome, leftovers }) =>
      recordOfSession({
        id,
        act: command,
        isDone: isGone(outcome),
        caller,
        reason: options.reason,
        evenProtected: options.evenProtected === "all" ? [] : options.evenProtected,
        rule,
        session: end.termination.session,
        terminal: end.termination.channel?.tty,
        signal: outcome.kind === "ended" ? outcome.signal : options.signal,
        outcome:
          describeOutcome(outcome) +
          (options.everything
            ? `, with ${plural(Math.max(0, end.sessionProcesses.length - leftovers.length), "process")} that it had started`
            : ""),
      }),
    ),
    machine,
  );
}
