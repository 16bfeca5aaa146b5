/**
 * The one place where a session is frozen. The order is a promise: record, guard, freeze; whenever sshctl dies, what it has stopped goes
 * on by itself, or is killed, when the time is up.
 */
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { lineage, type Process, type ProcessIdentity } from "../../domain/process.ts";
import { sessionId } from "../../domain/session.ts";
import { InterruptedError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { Machine } from "../../host/host.ts";
import { actId } from "../../system/acts/act-id.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { endFreeze, forgetFreeze } from "../../system/frozen/end-freeze.ts";
import { comesToRest, freezeScope, isFrozen, stop } from "../../system/frozen/freezer.ts";
import { armGuard } from "../../system/frozen/guard.ts";
import { guardScript, type GuardedBy } from "../../system/frozen/guard-script.ts";
import {
  bootIdOf,
  readStopped,
  writeFreeze,
  writeStopped,
  type Ending,
  type FreezeRecord,
} from "../../system/frozen/record.ts";
import { readProcesses } from "../../system/procfs/processes.ts";
import type { FreezePlan } from "./plan.ts";
import { cpuTimes, stillMs } from "./proof.ts";
import { judge, treeOf } from "./read-plan.ts";
import { guardTexts } from "./text/guard-texts.ts";

export interface FreezeOrders {
  forSeconds: number;
  ending: Ending;
  evenDangerous: boolean;
  reason: string | undefined;
}

export interface FreezeReport {
  record: FreezeRecord;
  /** Everything stands still, as the kernel says. */
  isFrozen: boolean;
  /** None of it has used the processor in this many milliseconds; undefined where it did, or could not be proven. */
  stillForMs: number | undefined;
  /** Why it is not frozen. */
  problem: string | undefined;
  /** What stands still. */
  processes: readonly Process[];
}

/** @throws ForeseenError when nothing is frozen: what was prepared is gone then. */
export async function carryOut(
  plan: FreezePlan,
  orders: FreezeOrders,
  machine: Machine,
  interruption: AbortSignal,
): Promise<FreezeReport> {
  const record = recordOf(plan, orders, machine);
  await prepare(plan, record, orders.forSeconds, machine, interruption);
  const problem = await stopAll(plan, record, orders.evenDangerous, machine);
  if (problem !== undefined) {
    const isBack = (await endFreeze(record, machine)) !== "failed";
    const rest = isBack ? "" : ", and it could not be thawed: its guard will try again";
    return { record, isFrozen: false, stillForMs: undefined, problem: problem + rest, processes: [] };
  }
  if (plan.already !== undefined) await forgetFreeze(plan.already.id, machine);
  return {
    record,
    isFrozen: true,
    stillForMs: await provenStill(plan, record, machine),
    problem: undefined,
    processes: membersNow(plan, record, machine),
  };
}

function recordOf(
  { session, means, already }: FreezePlan,
  { forSeconds, ending, reason }: FreezeOrders,
  { frozen, files, now }: Machine,
): FreezeRecord {
  const nowMs = now();
  return {
    id: actId(nowMs, frozen.token()),
    session: sessionId(session.identity),
    pid: session.pid,
    user: session.user ?? String(session.uid),
    bootId: bootIdOf(files),
    means,
    by: describeCaller(readCaller(files)),
    reason,
    atMs: already?.atMs ?? nowMs,
    untilMs: nowMs + forSeconds * 1000,
    ending,
  };
}

/** The record and the guard: when this has come to its end, whatever is stopped goes on in time. */
async function prepare(
  plan: FreezePlan,
  record: FreezeRecord,
  forSeconds: number,
  machine: Machine,
  interruption: AbortSignal,
): Promise<void> {
  const { session, means, keeper, already } = plan;
  const { frozen } = machine;
  const { id } = record;
  const script = guardScript(record, keeper, tellableFrom(plan, machine), guardTexts(record, session));
  try {
    writeFreeze(record, frozen);
    // What an earlier freeze has stopped is this one's now.
    if (means.kind === "signals")
      writeStopped(id, already === undefined ? [] : readStopped(already.id, frozen), frozen);
    await armGuard(id, forSeconds, script, machine);
    if (interruption.aborted) throw new InterruptedError("Nothing was done: it was interrupted.");
  } catch (error) {
    await forgetFreeze(id, machine);
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
  }
}

/** @returns what is wrong with it; undefined where all stands still. */
async function stopAll(
  plan: FreezePlan,
  record: FreezeRecord,
  evenDangerous: boolean,
  machine: Machine,
): Promise<string | undefined> {
  const { session, means } = plan;
  if (means.kind === "scope") {
    if (!(await freezeScope(means, machine))) return "the kernel does not say that it is frozen";
  } else {
    try {
      stopTree(plan, record.id, machine);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      return error.message;
    }
    if (!(await comesToRest(record, machine))) return "not all of its processes are stopped";
  }
  const known = new Set(plan.dangers);
  const dangers = judge(session, membersNow(plan, record, machine), machine).dangers.filter((each) => !known.has(each));
  return evenDangerous || dangers.length === 0 ? undefined : `meanwhile ${dangers.join("; ")}`;
}

/** What has come between the plan and the freeze is among it. */
function membersNow(
  { session, means, report, processes }: FreezePlan,
  { id }: FreezeRecord,
  machine: Machine,
): Process[] {
  const now = readProcesses(machine.files);
  const stopped = means.kind === "scope" ? undefined : new Set(readStopped(id, machine.frozen).map(({ pid }) => pid));
  const group = machine.files.read(`/proc/${String(session.pid)}/cgroup`);
  const before = new Set(processes.map(({ pid }) => pid));
  return [...now.values()].filter(({ pid }) =>
    stopped === undefined
      ? before.has(pid) || (!report.processes.has(pid) && machine.files.read(`/proc/${String(pid)}/cgroup`) === group)
      : stopped.has(pid),
  );
}

/** A list that the guard can read is there before anything is stopped. What forks meanwhile is found by another look. */
function stopTree({ session, report, processes }: FreezePlan, id: string, machine: Machine): void {
  const all: ProcessIdentity[] = readStopped(id, machine.frozen);
  const known = new Set(all.map(({ pid }) => pid));
  let fresh: readonly Process[] = processes.filter(({ pid }) => !known.has(pid));
  for (let round = 0; round < mostRounds && fresh.length > 0; round += 1) {
    all.push(...fresh);
    for (const { pid } of fresh) known.add(pid);
    writeStopped(id, all, machine.frozen);
    stop(fresh, machine);
    const now = { ...report, processes: readProcesses(machine.files) };
    fresh = treeOf(session, now, machine).filter(({ pid }) => !known.has(pid) && !report.processes.has(pid));
  }
}

/** Against a process that replaces itself faster than we look. */
const mostRounds = 50;

/** The kernel's word, and that nothing of it has run. */
async function provenStill(plan: FreezePlan, record: FreezeRecord, machine: Machine): Promise<number | undefined> {
  const { files, clock } = machine;
  const before = cpuTimes(plan.processes, files);
  await clock.pause(stillMs);
  return isFrozen(record, machine) && cpuTimes(plan.processes, files) === before ? stillMs : undefined;
}

/** Whoever has typed the command sits at the outermost terminal above it: that of sudo ends with sudo. */
function tellableFrom({ report }: FreezePlan, { observer }: Machine): GuardedBy | undefined {
  const outermost = [...lineage(report.processes, observer)].findLast(({ tty }) => tty !== undefined);
  const leader = outermost && report.processes.get(outermost.sid);
  return outermost?.tty === undefined || leader === undefined ? undefined : { tty: outermost.tty, leader };
}
