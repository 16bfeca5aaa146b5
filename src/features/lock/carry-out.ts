/**
 * Locks accounts, in the order that leaves no window:
 *
 *     record (planned) -> lock -> proof by every server -> record (locked)
 *       -> end who is logging in -> end the sessions, until nobody new comes -> prove the lock again
 *
 * A process that is killed between any two steps leaves either no lock, or a record from which `unlock` takes it away.
 */
import type { Context } from "../../cli/context.ts";
import { ForeseenError, NothingDoneError } from "../../errors.ts";
import { FileTrouble, troubleIn } from "../../host/files/file-trouble.ts";
import { ChangeJournal } from "../../changes/change-journal.ts";
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import type { Machine } from "../../host/host.ts";
import { evenProtectedFact } from "../../system/acts/act-record.ts";
import { recordActs, type LogName } from "../../system/acts/record-acts.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { lockCommand } from "./command-line.ts";
import { endLocked, type EndOrders, type LockedEnding } from "./end-locked.ts";
import { exempt, unexempt } from "./exempt.ts";
import { endOf } from "./for-option.ts";
import { findOpen } from "./hold.ts";
import { exclusively, lookAt, notHeld, putOn } from "./lock-account.ts";
import type { LockOptions, PlannedLock } from "./plan.ts";
import { readClock } from "../../system/locks/term.ts";
import { probeAll, type Probe } from "./probe.ts";
import { findStoppable, stopAll } from "./stop.ts";
import { foreseen } from "./take-off.ts";
import { armTimer, disarmTimer } from "./timer.ts";
import {
  keyOf,
  machineIdOf,
  readRecords,
  removeRecord,
  writeRecord,
  type LockRecord,
} from "../../system/locks/record.ts";

export interface LockResult {
  plan: PlannedLock;
  /** Undefined where the account was not locked. */
  record: LockRecord | undefined;
  /** Why not. */
  problem: ForeseenError | undefined;
  /** Servers that let the account in after all, at the last look. */
  open: readonly string[];
  /** What became of logins that were tried; undefined where none was to be. */
  probes: readonly Probe[] | undefined;
  /** What was to be stopped beside logins, and was not; for people. */
  unstopped: readonly string[];
}

export interface LockReport {
  results: readonly LockResult[];
  /** Undefined with --no-kill, and where nothing was locked. */
  ending: LockedEnding | undefined;
  /** Why the record of the change does not tell that it is done. */
  trouble: FileTrouble | undefined;
  /** Logs that did not take the record of this. */
  unrecorded: readonly LogName[];
}

export async function lockAll(
  plans: readonly PlannedLock[],
  options: LockOptions,
  orders: EndOrders,
  machine: Machine,
  context: Context,
  interruption: AbortSignal,
): Promise<LockReport> {
  const { id } = orders;
  const names = plans.map(({ account }) => account.name);
  const command = lockCommand(names, options, orders.protection.lifted);
  const request = { id, command, reason: options.reason, activation: "none", accounts: names } as const;
  const journal = ChangeJournal.begin(request, machine);
  const results: LockResult[] = [];
  // One by one, so that others who lock need not wait for all of them.
  for (const plan of plans) results.push(await lockOne(id, plan, options, machine, context));
  const trouble = journal.end("done", keptOf(id, names, machine));
  const locked = results.filter(({ record }) => record !== undefined).map(({ plan }) => plan.account.uid);
  const ending =
    options.kill && locked.length > 0
      ? await endLocked(({ uid }) => uid !== undefined && locked.includes(uid), orders, machine, context, interruption)
      : undefined;
  const proven: LockResult[] = [];
  for (const result of results)
    proven.push(await proveAgain(await stopBeside(result, options, machine), options, machine, context));
  const unrecorded = await writeDown(orders, command, proven, options, machine);
  return { results: proven, ending, trouble, unrecorded };
}

async function proveAgain(
  result: LockResult,
  { probe }: LockOptions,
  machine: Machine,
  context: Context,
): Promise<LockResult> {
  const { plan, record } = result;
  if (record === undefined) return result;
  const open = await findOpen(plan.account, record.mechanism, context);
  const probes = probe ? await probeAll(plan.account, record.mechanism, machine) : undefined;
  const letIn = (probes ?? []).flatMap(({ server, outcome }) => (outcome === "let in" ? server : []));
  return { ...result, open: [...new Set([...open, ...letIn])], probes };
}

/**
 * When the sessions have ended, so that nobody makes more of it meanwhile. It is on record before it is done.
 */
async function stopBeside(result: LockResult, { stop }: LockOptions, machine: Machine): Promise<LockResult> {
  const { plan, record } = result;
  if (record === undefined) return result;
  const stopped = findStoppable(plan.account, stop, machine);
  if (stopped.length === 0) return result;
  const noted: LockRecord = { ...record, stopped };
  try {
    await exclusively(machine, async () => {
      const isStillLocked = readRecords(machine).records.some((each) => keyOf(each) === keyOf(record));
      if (!isStillLocked) throw new NothingDoneError(`${record.user} was unlocked meanwhile`);
      writeRecord(noted, machine);
      await Promise.resolve();
    });
  } catch (error) {
    return { ...result, unstopped: [foreseen(error, "Nothing was stopped.").message] };
  }
  return { ...result, record: noted, unstopped: await stopAll(stopped, noted, machine) };
}

/** The accounts that this act has locked, or may have: those whose records are kept. */
function keptOf(id: string, accounts: readonly string[], machine: Machine): readonly string[] {
  let kept = accounts;
  troubleIn(() => {
    kept = readRecords(machine).records.flatMap((record) => (record.id === id ? record.user : []));
  });
  return kept;
}

async function lockOne(
  id: string,
  plan: PlannedLock,
  options: LockOptions,
  machine: Machine,
  context: Context,
): Promise<LockResult> {
  const { account, mechanism } = plan;
  const planned = await recordOf(id, plan, options, machine);
  const check = async () => {
    const open = await findOpen(account, mechanism, context);
    if (open.length > 0) throw notHeld(account.name, open);
  };
  try {
    await exclusively(machine, async () => {
      await rejectChanged(planned, machine);
      writeRecord(planned, machine);
      if (planned.end !== undefined) await armTimer(planned, machine);
      await exempt(planned, plan.exemptBefore, machine);
      await putOn(planned, check, machine);
    });
  } catch (error) {
    const problem = error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
    if (!(problem instanceof ForeseenError)) throw error;
    await forget(planned, machine);
    return { plan, record: undefined, problem, open: [], probes: undefined, unstopped: [] };
  }
  const locked: LockRecord = { ...planned, state: "locked" };
  // A full disk leaves it planned, and `locks` and `unlock` look for themselves.
  troubleIn(() => {
    writeRecord(locked, machine);
  });
  return { plan, record: locked, problem: undefined, open: [], probes: undefined, unstopped: [] };
}

async function recordOf(
  id: string,
  { account, mechanism, exempt: addresses }: PlannedLock,
  options: LockOptions,
  machine: Machine,
): Promise<LockRecord> {
  return {
    id,
    user: account.name,
    uid: account.uid,
    machineId: machineIdOf(machine),
    mechanism,
    state: "planned",
    by: describeCaller(readCaller(machine.files)),
    reason: options.reason,
    atMs: machine.now(),
    end: endOf(options, await readClock(machine)),
    opened: undefined,
    stopped: [],
    exempt: addresses,
  };
}

/**
 * What was planned may have been locked by another sshctl, or changed by somebody else, while the plan was made.
 *
 * @throws NothingDoneError
 */
async function rejectChanged(planned: LockRecord, machine: Machine): Promise<void> {
  const isLocked = readRecords(machine).records.some(({ uid }) => uid === planned.uid);
  if (!isLocked && (await lookAt(planned, machine)).kind === "before") return;
  throw new NothingDoneError(`${planned.user} has just been changed by somebody else. Nothing was done.`, "Try again.");
}

/** What may be left of a lock that failed keeps its record, by which `unlock` takes it away. */
async function forget(record: LockRecord, machine: Machine): Promise<void> {
  if ((await lookAt(record, machine)).kind !== "before") return;
  try {
    await unexempt(record, machine);
    await disarmTimer(record, machine);
    removeRecord(record, machine);
  } catch (error) {
    if (!(error instanceof FileTrouble || error instanceof ForeseenError)) throw error;
  }
}

async function writeDown(
  { id, protection }: EndOrders,
  command: string,
  results: readonly LockResult[],
  { reason }: LockOptions,
  machine: Machine,
): Promise<LogName[]> {
  const caller = readCaller(machine.files);
  const even_protected = evenProtectedFact(protection.lifted);
  const records = results.map(({ record, plan, open, problem }) => {
    const { name, uid } = plan.account;
    const how = plan.mechanism.kind === "expiry" ? "account expiry" : "DenyUsers";
    const held = open.length === 0 ? `locked by ${how}` : `locked by ${how}, and not refused by ${open.join(", ")}`;
    const outcome = record === undefined ? `not locked: ${problem?.message ?? ""}` : held;
    const isDone = record !== undefined && open.length === 0;
    return {
      id,
      act: "lock",
      isDone,
      caller,
      reason,
      facts: { user: name, uid: String(uid), outcome, even_protected, command },
    };
  });
  return recordActs(records, machine);
}
