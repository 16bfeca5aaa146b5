/** Locks everyone but a few, in the order of a lock of one account, and takes exactly that away again. */
import type { Context } from "../../../cli/context.ts";
import { activator } from "../../../changes/activate.ts";
import { applyEdits, writeAll } from "../../../changes/apply-edits.ts";
import { ChangeJournal } from "../../../changes/change-journal.ts";
import { readChange } from "../../../changes/read-changes.ts";
import { markUndone } from "../../../changes/undo-change.ts";
import type { FileEdit } from "../../../changes/change.ts";
import { NothingDoneError, type ForeseenError } from "../../../errors.ts";
import { troubleIn } from "../../../host/files/file-trouble.ts";
import type { Machine } from "../../../host/host.ts";
import { actId } from "../../../system/acts/act-id.ts";
import { evenProtectedFact } from "../../../system/acts/act-record.ts";
import { recordActs, type LogName } from "../../../system/acts/record-acts.ts";
import { describeCaller, readCaller } from "../../../system/caller.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { readAccess } from "../../access/read-access.ts";
import { lockCommand } from "../command-line.ts";
import { endLocked, type EndOrders, type LockedEnding } from "../end-locked.ts";
import { endOf } from "../for-option.ts";
import { exclusively, rejectUndone, type Present } from "../lock-account.ts";
import { machineIdOf } from "../../../system/locks/record.ts";
import { foreseen } from "../take-off.ts";
import { readClock } from "../../../system/locks/term.ts";
import { arm, disarm } from "../timer.ts";
import { bannerPath, everyonePath, textsFor } from "./file.ts";
import { findFaults, isLocked, type EveryoneOptions, type EveryonePlan } from "./plan.ts";
import {
  everyoneKey,
  readEveryone,
  removeEveryone,
  writeEveryone,
  type EveryoneRecord,
} from "../../../system/locks/everyone-record.ts";

const root = { uid: 0, gid: 0 };

export interface EveryoneReport {
  record: EveryoneRecord | undefined;
  /** Why not. */
  problem: ForeseenError | undefined;
  /** What is wrong with it at the last look. */
  faults: readonly string[];
  ending: LockedEnding | undefined;
  unrecorded: readonly LogName[];
}

export async function lockEveryone(
  plan: EveryonePlan,
  options: EveryoneOptions,
  orders: EndOrders,
  machine: Machine,
  context: Context,
  interruption: AbortSignal,
): Promise<EveryoneReport> {
  const command = commandFor(plan, options, orders);
  const done = await putOnAll(orders.id, command, plan, options, machine, context);
  const uids = new Set(plan.except.map(({ uid }) => uid));
  const ending =
    done.record === undefined || !options.kill
      ? undefined
      : await endLocked((session) => isLocked(session, uids), orders, machine, context, interruption);
  const faults = done.record === undefined ? [] : await findFaults(done.record.except, machine, context);
  const unrecorded = await writeDown(orders, command, { ...done, faults }, options, machine);
  return { ...done, faults, ending, unrecorded };
}

async function putOnAll(
  id: string,
  command: string,
  plan: EveryonePlan,
  options: EveryoneOptions,
  machine: Machine,
  context: Context,
): Promise<Pick<EveryoneReport, "record" | "problem">> {
  const planned = await recordOf(id, plan, options, machine);
  const check = async () => {
    const faults = await findFaults(planned.except, machine, context);
    if ((await readAccess(plan.way, {}, context)).answer !== "yes")
      faults.push(`${plan.way.name} would not get in any more`);
    if (faults.length > 0)
      throw new NothingDoneError(`The lock would not hold: ${faults.join("; ")}. All is as it was before.`);
  };
  try {
    await exclusively(machine, async () => {
      if (readEveryone(machine) !== undefined || textAt(everyonePath, machine) !== undefined)
        throw new NothingDoneError(`${everyonePath} is there already. Nothing was done.`, "See sshctl locks.");
      writeEveryone(planned, machine);
      if (planned.end !== undefined) await arm(everyoneKey(planned), "everyone", [planned.end], machine);
      await putOn(planned, command, check, machine);
    });
  } catch (error) {
    const problem = foreseen(error, "Nothing was done.");
    if (textAt(everyonePath, machine) === undefined) await forget(planned, machine);
    return { record: undefined, problem };
  }
  const locked: EveryoneRecord = { ...planned, state: "locked" };
  // A full disk leaves it planned, and `locks` and `unlock` look for themselves.
  troubleIn(() => {
    writeEveryone(locked, machine);
  });
  return { record: locked, problem: undefined };
}

async function putOn(
  record: EveryoneRecord,
  command: string,
  check: () => Promise<void>,
  machine: Machine,
): Promise<void> {
  const { id, reason, message } = record;
  const edits = editsTo(textsFor(id, names(record), message), machine);
  const journal = ChangeJournal.begin({ id, command, reason, activation: "sshd" }, machine);
  const outcome = await applyEdits(edits, { activate: activator("sshd", machine), check }, journal, machine);
  journal.end(outcome.kind === "not-put-back" ? "not-put-back" : "done");
  rejectUndone(outcome, edits, byHand);
}

const byHand = 'Look at it by hand; "sshctl unlock --everyone" takes the lock away.';

async function recordOf(
  id: string,
  { except }: EveryonePlan,
  options: EveryoneOptions,
  machine: Machine,
): Promise<EveryoneRecord> {
  return {
    id,
    except: except.map(({ name, uid }) => ({ name, uid })),
    message: options.message,
    machineId: machineIdOf(machine),
    state: "planned",
    by: describeCaller(readCaller(machine.files)),
    reason: options.reason,
    atMs: machine.now(),
    end: endOf(options, await readClock(machine)),
  };
}

function names({ except }: EveryoneRecord): string[] {
  return except.map(({ name }) => name);
}

function commandFor({ except }: EveryonePlan, options: EveryoneOptions, { protection }: EndOrders): string {
  const whom = ["--everyone", "--except-user", except.map(({ name }) => name).join(",")];
  return lockCommand(whom, options, protection.lifted);
}

async function forget(record: EveryoneRecord, machine: Machine): Promise<void> {
  await disarm(everyoneKey(record), machine);
  troubleIn(() => {
    removeEveryone(machine);
  });
}

function textAt(path: string, { replaceFiles }: Machine): string | undefined {
  const bytes = replaceFiles.read(path, root);
  return bytes === undefined ? undefined : fromByteText(bytes);
}

/** The message first, and away last: what names it must not be read without it. */
function editsTo(texts: Partial<ReturnType<typeof textsFor>>, machine: Machine): FileEdit[] {
  const edit = (path: string, after: string | undefined): FileEdit => ({
    path,
    owner: root,
    before: machine.replaceFiles.read(path, root),
    after: after === undefined ? undefined : toByteText(after),
  });
  const edits = [edit(bannerPath, texts.banner), edit(everyonePath, texts.block)];
  return (texts.block === undefined ? edits.toReversed() : edits).filter(({ before, after }) => before !== after);
}

/** Whether what stands in the files is what the lock has put there. */
export function lookAtEveryone(record: EveryoneRecord, machine: Machine): Present {
  const { block, banner } = textsFor(record.id, names(record), record.message);
  const [text, message] = [textAt(everyonePath, machine), textAt(bannerPath, machine)];
  // The message comes first and goes last: a command that was cut off may have left it alone.
  if (text === undefined) return { kind: message !== undefined && message === banner ? "ours" : "before" };
  const isOurs = text === block && message === banner;
  return isOurs ? { kind: "ours" } : { kind: "other", text: `somebody has changed ${everyonePath} or ${bannerPath}` };
}

export interface EveryoneUnlocked {
  outcome: "unlocked" | "absent" | "changed" | "failed";
  text: string;
}

/** @param command - the command line that asks for it. */
export async function unlockEveryone(
  record: EveryoneRecord,
  command: string,
  reason: string | undefined,
  machine: Machine,
): Promise<EveryoneUnlocked> {
  const id = actId(machine.now(), machine.state.token());
  const result = await takeOffAll(record, machine);
  const { outcome, text } = result;
  const isDone = outcome === "unlocked" || outcome === "absent";
  // That it could not be noted opens and locks nothing.
  troubleIn(() => {
    const change = isDone ? readChange(record.id, machine.state) : undefined;
    if (change !== undefined && change.state !== "undone") markUndone(change, id, machine);
  });
  const facts = { outcome: text, command };
  await recordActs([{ id, act: "unlock", isDone, caller: readCaller(machine.files), reason, facts }], machine);
  return result;
}

async function takeOffAll(record: EveryoneRecord, machine: Machine): Promise<EveryoneUnlocked> {
  try {
    return await exclusively(machine, async () => {
      const now = readEveryone(machine);
      if (now === undefined || now === "damaged" || now.id !== record.id)
        return { outcome: "absent", text: "was unlocked by another sshctl meanwhile" };
      const present = lookAtEveryone(record, machine);
      if (present.kind === "other") return { outcome: "changed", text: `${present.text}: nothing was changed` };
      if (present.kind === "ours") await takeOff(machine);
      await disarm(everyoneKey(record), machine);
      removeEveryone(machine);
      return present.kind === "ours"
        ? { outcome: "unlocked", text: "unlocked" }
        : { outcome: "absent", text: "the lock was already gone, and its record has been removed" };
    });
  } catch (error) {
    return { outcome: "failed", text: foreseen(error, "The lock is still there.").message };
  }
}

async function takeOff(machine: Machine): Promise<void> {
  const edits = editsTo({}, machine);
  const check = async () => Promise.resolve();
  rejectUndone(await writeAll(edits, { activate: activator("sshd", machine), check }, machine), edits, byHand);
}

async function writeDown(
  { id, protection }: EndOrders,
  command: string,
  { record, problem, faults }: Pick<EveryoneReport, "record" | "problem" | "faults">,
  { reason }: EveryoneOptions,
  machine: Machine,
): Promise<LogName[]> {
  const held = faults.length === 0 ? "everyone locked by DenyUsers" : `everyone locked, and ${faults.join("; ")}`;
  const facts = {
    outcome: record === undefined ? `not locked: ${problem?.message ?? ""}` : held,
    even_protected: evenProtectedFact(protection.lifted),
    command,
  };
  const isDone = record !== undefined && faults.length === 0;
  return recordActs([{ id, act: "lock", isDone, caller: readCaller(machine.files), reason, facts }], machine);
}
