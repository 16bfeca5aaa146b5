/** One look, and what follows from it. */
import type { NamedUser } from "../../../domain/accounts.ts";
import { isOpenHere, type Session, type SessionReport } from "../../../domain/session.ts";
import { whyBlind } from "../../../domain/warnings.ts";
import { ForeseenError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { Machine } from "../../../host/host.ts";
import type { Reports } from "../../../report/reports.ts";
import { actId } from "../../../system/acts/act-id.ts";
import { isOver, readClock } from "../../../system/locks/term.ts";
import type { CountName } from "../../../system/policy/policy-state.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { readFor, readyRules } from "../check-policy.ts";
import { endAll, warnOne, type Deed } from "../deed/carry-out.ts";
import { findExemptions } from "../deed/exempt.ts";
import type { PolicyMachine } from "../deed/machine.ts";
import { findLastToRoot } from "../deed/root-ways.ts";
import { relieveUser } from "../deed/tell.ts";
import {
  advance,
  done,
  going,
  settle,
  tried,
  warned,
  type Relief,
  type Settled,
  type Step,
} from "../engine/advance.ts";
import { judge, type QuietSince, type Verdict } from "../engine/judge.ts";
import { lastToRootReason } from "../engine/last-root.ts";
import { beginLook, counted, type Memory } from "../engine/memory.ts";
import type { Policy } from "../rules/rule.ts";
import { addEvents, type EventKind, type PolicyEvent } from "./events.ts";
import { keepMemory } from "./keep-memory.ts";
import { readAcknowledged, readPause, removePause } from "./orders.ts";
import { readTicks } from "./ticks.ts";

export type ServiceMachine = PolicyMachine & Pick<Machine, "policy">;

/** What a running service knows. */
export interface Run {
  policy: Policy;
  /** Whom the names in the rules mean. */
  meanings: ReadonlyMap<string, NamedUser>;
  /** Undefined before the first look of the first service. */
  memory: Memory | undefined;
  /** Since it was started. */
  looks: number;
  /** Whether the next look is the first one by these rules. */
  isFresh: boolean;
  counts: Readonly<Record<CountName, number>>;
}

export const noCounts: Run["counts"] = { warned: 0, ended: 0, failed: 0, wouldWarn: 0, wouldEnd: 0 };

/** What came of one look. */
export interface Pass {
  run: Run;
  report: SessionReport | undefined;
  /** Why nothing was done, or not all. */
  problem: string | undefined;
}

/** What a pass works with. */
export interface PassMeans {
  machine: ServiceMachine;
  reports: Pick<Reports, "read">;
  quietSince: QuietSince;
  interruption: AbortSignal;
  /** Is told each deed, and what goes wrong, in a line. */
  say: (line: string) => void;
}

/** @throws nothing that is foreseen: a service that ends by one bad moment guards nothing. */
export async function onePass(run: Run, means: PassMeans): Promise<Pass> {
  try {
    return await lookAndAct(run, means);
  } catch (error) {
    if (!(error instanceof ForeseenError) && !(error instanceof FileTrouble)) throw error;
    return { run: forgetAgreement(run), report: undefined, problem: error.message };
  }
}

/** After a look that failed, two in a row have to agree again. */
function forgetAgreement(run: Run): Run {
  const { memory } = run;
  return memory === undefined ? run : { ...run, memory: { ...memory, pending: counted(memory.pending, 0) } };
}

async function lookAndAct(run: Run, means: PassMeans): Promise<Pass> {
  const { machine, quietSince } = means;
  const { policy, isFresh } = run;
  const ticks = readTicks(machine);
  const begun = beginLook(run.memory, policy.mode, ticks, isFresh, policy.intervalSeconds);
  const memory = withAcknowledged(begun, machine);
  const pause = await whyPaused(machine);
  const report = await readFor(policy.rules, means.reports, true, machine);
  const blind = whyBlind(report.warnings);
  if (blind !== undefined) return { run: forgetAgreement({ ...run, memory }), report, problem: blind };
  const isOff = pause !== undefined || memory.tripped !== undefined;
  const moment = { nowMs: report.takenAtMs, evenSinceMs: memory.evenSinceMs };
  const verdicts = isOff
    ? new Map<Session, Verdict>()
    : judge(readyRules(policy.rules, run.meanings), report.sessions, moment, quietSince);
  const next = advance(memory, verdicts, report.sessions, isFresh);
  const exempt = await findExempt(next.steps, next.memory, policy, report, machine);
  const open = report.sessions.filter(isOpenHere).length;
  const settled = settle(next.memory, next.steps, exempt, policy.fuse, open);
  // What cannot be written down must not be done: a service that begins anew would do it twice.
  keepMemory(settled.memory, machine.policy);
  const acted = await act(
    { ...run, looks: run.looks + 1, isFresh: false },
    settled,
    [...next.reliefs, ...settled.reliefs],
    report,
    means,
  );
  return { run: acted, report, problem: pause };
}

function withAcknowledged(memory: Memory, { policy }: Pick<ServiceMachine, "policy">): Memory {
  const isKnown = memory.tripped !== undefined && readAcknowledged(policy) === memory.tripped.id;
  return isKnown ? { ...memory, tripped: undefined } : memory;
}

/** A pause ends by itself. */
async function whyPaused(machine: ServiceMachine): Promise<string | undefined> {
  const pause = readPause(machine.policy);
  if (pause === undefined) return undefined;
  if (isOver(pause.term, await readClock(machine))) {
    removePause(machine.policy);
    return undefined;
  }
  return `paused by ${pause.by}`;
}

async function findExempt(
  steps: readonly Step[],
  memory: Memory,
  { rules }: Policy,
  report: SessionReport,
  machine: ServiceMachine,
): Promise<Map<string, string>> {
  const ending = steps.filter(({ kind }) => kind !== "tell");
  if (ending.length === 0) return new Map();
  const exempt = await findExemptions(ending, report, machine);
  const goes = new Set([...going(memory, rules)].filter((id) => !exempt.has(id)));
  for (const { id } of ending) if (!exempt.has(id)) goes.add(id);
  const kept = await findLastToRoot(report.sessions, goes, machine);
  if (kept !== undefined) exempt.set(kept, lastToRootReason);
  return exempt;
}

/** What has been done so far in a pass. */
interface Progress {
  memory: Memory;
  events: readonly PolicyEvent[];
  counts: Run["counts"];
}

async function act(
  run: Run,
  settled: Settled,
  reliefs: readonly Relief[],
  report: SessionReport,
  means: PassMeans,
): Promise<Run> {
  const { machine, say } = means;
  const isReal = run.policy.mode === "act";
  const begun: Progress = { memory: settled.memory, events: [], counts: run.counts };
  const tripped = settled.trip === undefined ? begun : trip(begun, settled.trip, isReal, means);
  const isOff = tripped.memory.tripped !== undefined;
  if (isReal) for (const { session, rule } of reliefs) relieveUser(session, rule, machine);
  for (const { session, rule } of reliefs) say(`${describeSession(session)}: no longer meets rule ${rule}`);
  const steps = isOff ? [] : settled.steps;
  const after = isReal ? await actReally(tripped, steps, report, means) : actInWords(tripped, steps, means);
  keepMemory(after.memory, machine.policy);
  addEvents(after.events, machine.policy, machine.now());
  return { ...run, memory: after.memory, counts: after.counts };
}

/** In mode observe nothing is off: what would be done is told on. */
function trip(progress: Progress, found: NonNullable<Settled["trip"]>, isReal: boolean, means: PassMeans): Progress {
  const { machine, say } = means;
  const id = actId(machine.now(), machine.policy.token());
  const text = `${String(found.count)} sessions were to end in one pass, and at most ${String(found.allowed)} may`;
  const event: PolicyEvent = { atMs: machine.now(), kind: "fuse", rule: "", session: "", user: undefined, text };
  say(
    isReal
      ? `the fuse has tripped: ${text}. Nothing is done until: sshctl policy acknowledge`
      : `the fuse would have tripped: ${text}`,
  );
  const memory = isReal ? { ...progress.memory, tripped: { id, ...found } } : progress.memory;
  return { ...progress, memory, events: [...progress.events, event] };
}

async function actReally(
  begun: Progress,
  steps: readonly Step[],
  report: SessionReport,
  { machine, interruption, say }: PassMeans,
): Promise<Progress> {
  let progress = begun;
  const complain = (problem: string) => {
    say(problem);
  };
  for (const step of steps.filter(({ kind }) => kind !== "end")) {
    const deed = await warnOne(step, machine, complain);
    const memory = step.kind === "warn" ? warned(progress.memory, step) : done(progress.memory, step);
    // At once: whoever begins anew must not warn again.
    keepMemory(memory, machine.policy);
    progress = noted({ ...progress, memory }, deed, "warned", "warned", machine, say);
  }
  const ending = steps.filter(({ kind }) => kind === "end");
  if (ending.length === 0 || interruption.aborted) return progress;
  for (const deed of await endAll(ending, report, machine, interruption, complain)) {
    const [kind, count] = deed.isDone ? (["ended", "ended"] as const) : (["failed", "failed"] as const);
    progress = noted({ ...progress, memory: tried(progress.memory, deed.step) }, deed, kind, count, machine, say);
  }
  return progress;
}

function actInWords(begun: Progress, steps: readonly Step[], { machine, say }: PassMeans): Progress {
  let progress = begun;
  for (const step of steps) {
    const memory = step.kind === "warn" ? warned(progress.memory, step) : done(progress.memory, step);
    const isEnd = step.kind === "end";
    const deed = { step, isDone: true, outcome: isEnd ? "would have been ended" : "would have been told" };
    const [kind, count] = isEnd ? (["would-end", "wouldEnd"] as const) : (["would-warn", "wouldWarn"] as const);
    progress = noted({ ...progress, memory }, deed, kind, count, machine, say);
  }
  return progress;
}

function noted(
  progress: Progress,
  { step: { session, id, rule }, outcome }: Deed,
  kind: EventKind,
  count: CountName,
  { now }: ServiceMachine,
  say: (line: string) => void,
): Progress {
  say(`${describeSession(session)}: ${outcome} (rule ${rule.name})`);
  const event: PolicyEvent = {
    atMs: now(),
    kind,
    rule: rule.name,
    session: id,
    user: session.user,
    text: `${describeSession(session)}: ${outcome}`,
  };
  const counts = { ...progress.counts, [count]: progress.counts[count] + 1 };
  return { memory: progress.memory, events: [...progress.events, event], counts };
}
