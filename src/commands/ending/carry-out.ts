/** The one place where sessions are really ended. */
import { isGone, type KillOutcome } from "../../domain/kill-outcome.ts";
import type { KillReport, KillResult } from "../../domain/kill-result.ts";
import { noRecords } from "../../domain/login-records.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import type { Acts } from "../../kill/acts.ts";
import type { Belongings } from "../../kill/belongings.ts";
import type { OwnScopes } from "../../kill/scope.ts";
import { describeOutcome } from "../../render/outcome.ts";
import type { Task } from "./task.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { endListeners, restartListeners } from "./listeners.ts";

/** What has been done, and how well. */
export interface Done {
  killed: KillReport;
  /** What went wrong beside the sessions. */
  problems: readonly string[];
  /** Whether nothing is left of what was to end with --everything. */
  wasEverythingEnded: boolean;
}

export async function carryOut(prepared: Prepared, task: Task, acts: Acts, interruption: AbortSignal): Promise<Done> {
  const { report } = prepared.planned;
  const problems = await endListeners(prepared.listeners, report, acts);
  const rounds = [await endRound(prepared, task, acts, interruption)];
  const seen = new Set(report.sessions.map(({ identity }) => sessionId(identity)));
  let next = await prepareNewcomers(seen, task, acts, interruption);
  while (task.wish.untilNone && next !== undefined && rounds.length < mostRounds) {
    rounds.push(await endRound(next, task, acts, interruption));
    for (const { cut } of next.planned.ends) seen.add(sessionId(cut.session.identity));
    next = await prepareNewcomers(seen, task, acts, interruption);
  }
  const results = rounds.flatMap((round) => round.results);
  problems.push(...rounds.flatMap((round) => round.problems));
  if (!(await writeDown(results, task, acts))) problems.push("the system log did not take the record of this");
  return {
    killed: { planned: prepared.planned, results, appeared: next?.planned.ends.map(({ cut }) => cut.session) ?? [] },
    problems,
    wasEverythingEnded: !task.wish.everything || results.every(({ leftBehind }) => leftBehind.length === 0),
  };
}

/** Against somebody who comes back faster than we look. */
const mostRounds = 20;

interface Round {
  results: KillResult[];
  problems: string[];
}

/** Ends the others first, then restarts the listeners, and the caller's own session last of all. */
async function endRound(prepared: Prepared, task: Task, acts: Acts, interruption: AbortSignal): Promise<Round> {
  const { planned, belongings, listeners, method } = prepared;
  const cuts = planned.ends.map(({ cut }) => cut);
  const scopes = task.wish.everything ? await acts.findOwnScopes([...belongings.keys()]) : new Map<Session, string>();
  const orders = { ...task.wish, ...method };
  const others = await acts.deliver(
    cuts.filter(({ session }) => session.self === false),
    orders,
    interruption,
  );
  const problems = await restartListeners(listeners, acts);
  const own = await acts.deliver(
    cuts.filter(({ session }) => session.self !== false),
    orders,
    interruption,
  );
  const outcomes = new Map([...others, ...own]);
  const left = await leftBehind(prepared, task, scopes, acts, interruption);
  const gone = cuts.filter((cut) => isGone(outcomes.get(cut) ?? notTried)).map(({ session }) => session);
  const records = new Map((await acts.readLoginRecords(gone)).map((each, index) => [gone[index], each]));
  const results = planned.ends.map((planned): KillResult => {
    const { session } = planned.cut;
    return {
      end: planned,
      outcome: outcomes.get(planned.cut) ?? notTried,
      leftBehind: acts.describe(session, left.get(session) ?? []),
      records: records.get(session) ?? noRecords,
    };
  });
  return { results, problems };
}

const notTried: KillOutcome = { kind: "undecided", why: "it was not tried" };

/** What still runs of what the sessions have started; nothing, when it was to end too and did. */
async function leftBehind(
  { planned, belongings }: Prepared,
  { wish }: Task,
  scopes: OwnScopes,
  acts: Acts,
  interruption: AbortSignal,
): Promise<Belongings> {
  return wish.everything
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
      outcome:
        describeOutcome(outcome) +
        (wish.everything
          ? `, with ${String(end.belongings.length - leftBehind.length)} processes that it had started`
          : ""),
      reason: wish.reason,
    })),
  );
}
