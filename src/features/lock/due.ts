/** What a timer starts, `sshctl unlock --due`: takes locks away whose time is over, and puts those on again whose opening is. */
import type { Context } from "../../cli/context.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { Machine } from "../../host/host.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { actId } from "../../system/acts/act-id.ts";
import { findAccount, type Account } from "../../system/accounts.ts";
import { readCaller } from "../../system/caller.ts";
import { describeProtection, findProtection } from "../../system/protected/read-protected.ts";
import { readShadow } from "../../system/shadow.ts";
import type { TextStyle } from "../../text/grid.ts";
import { plural } from "../../text/words.ts";
import { endLocked, type LockedEnding } from "./end-locked.ts";
import { unlockEveryone } from "./everyone/carry-out.ts";
import { everyoneKey, readEveryone, writeEveryone, type EveryoneRecord } from "../../system/locks/everyone-record.ts";
import { exempt } from "./exempt.ts";
import { readAccess } from "../access/read-access.ts";
import { findOpen } from "./hold.ts";
import { keptLocks } from "./kept-locks.ts";
import { exclusively, lookAt, notHeld, putOn } from "./lock-account.ts";
import { whatHappened } from "./meanwhile.ts";
import { rejectLastWay } from "./plan.ts";
import { keyOf, lockedDay, writeRecord, type LockRecord } from "../../system/locks/record.ts";
import { foreseen, unlockAll, type UnlockAct } from "./take-off.ts";
import { isOver, readClock } from "../../system/locks/term.ts";
import { stopAll } from "./stop.ts";
import { armedKeys, armTimer, disarm, disarmTimer } from "./timer.ts";

/** What became of a lock that was due. */
export interface DueResult {
  user: string;
  isDone: boolean;
  /** For people. */
  text: string;
}

export async function carryOutDue(
  machine: Machine,
  style: TextStyle,
  context: Context,
  interruption: AbortSignal,
): Promise<DueResult[]> {
  const { records } = keptLocks(machine);
  const clock = await readClock(machine);
  const isDue = (term: LockRecord["end"]) => term !== undefined && isOver(term, clock);
  const ended = records.filter(({ end }) => isDue(end));
  const closing = records.filter(({ end, opened }) => isDue(opened) && !isDue(end));
  const results = await unlockDue(ended, machine, context);
  for (const record of closing) results.push(await lockAgain(record, style, machine, context, interruption));
  const everyone = readEveryone(machine);
  if (everyone !== undefined && everyone !== "damaged" && isDue(everyone.end))
    results.push(await unlockEveryoneDue(everyone, machine));
  if (forgottenTimers(machine).length > 0) await exclusively(machine, async () => disarmForgotten(machine));
  return results;
}

/** Read anew: others may have locked since this began. */
async function disarmForgotten(machine: Machine): Promise<void> {
  for (const key of forgottenTimers(machine)) await disarm(key, machine);
}

/** A copy of this machine keeps neither the locks nor their timers. */
function forgottenTimers(machine: Machine): string[] {
  const { records, damaged } = keptLocks(machine);
  const everyone = readEveryone(machine);
  const known = new Set([
    ...records.map(keyOf),
    ...(everyone === undefined || everyone === "damaged" ? [] : [everyoneKey(everyone)]),
    ...damaged.map((name) => name.replace(/\.json$/, "")),
  ]);
  return armedKeys(machine).filter((key) => !known.has(key));
}

const dueAct: UnlockAct = {
  name: "unlock",
  command: "sshctl unlock --due",
  reason: undefined,
  forSeconds: undefined,
};

async function unlockDue(records: readonly LockRecord[], machine: Machine, context: Context): Promise<DueResult[]> {
  if (records.length === 0) return [];
  const results = await unlockAll(records, dueAct, machine, context);
  for (const { record, outcome } of results) if (outcome === "changed") await withoutEnd(record, machine);
  return results.map(({ record: { user }, outcome, text }) => ({
    user,
    isDone: outcome === "unlocked" || outcome === "absent",
    text: outcome === "changed" ? `${text}; it does not end by itself any more` : text,
  }));
}

async function unlockEveryoneDue(record: EveryoneRecord, machine: Machine): Promise<DueResult> {
  const { outcome, text } = await unlockEveryone(record, "sshctl unlock --due", undefined, machine);
  if (outcome === "changed")
    await exclusively(machine, async () => {
      await disarm(everyoneKey(record), machine);
      writeEveryone({ ...record, end: undefined }, machine);
    });
  return { user: "everyone", isDone: outcome === "unlocked" || outcome === "absent", text };
}

/** What others have put there stays, and is not looked at every minute. */
async function withoutEnd(record: LockRecord, machine: Machine): Promise<void> {
  await exclusively(machine, async () => {
    if (whatHappened(record, machine) !== undefined) return;
    await disarmTimer(record, machine);
    writeRecord({ ...record, end: undefined, opened: undefined }, machine);
  });
}

/** In the order of a lock: the record stays as it is until every server refuses the account again. */
async function lockAgain(
  record: LockRecord,
  style: TextStyle,
  machine: Machine,
  context: Context,
  interruption: AbortSignal,
): Promise<DueResult> {
  const { user } = record;
  const id = actId(machine.now(), machine.state.token());
  let result: DueResult;
  try {
    const account = await rightAccount(record, machine);
    const protection = findProtection([], machine);
    const by = await protection.ofAccount(account);
    if (by !== undefined) return { user, isDone: false, text: `stays open: ${user} ${describeProtection(by)}` };
    await rejectLastWay([account], machine, context);
    const locked = await putOnAgain(record, account, machine, context);
    const orders = {
      id,
      reason: record.reason,
      everything: false,
      protection,
      look: style,
      tell: async () => Promise.resolve(),
    };
    const ending = await endLocked(({ uid }) => uid === account.uid, orders, machine, context, interruption);
    const open = await findOpen(account, locked.mechanism, context);
    const unstopped = await stopAll(locked.stopped, locked, machine);
    const isDone = open.length === 0 && ending.isComplete && unstopped.length === 0;
    result = { user, isDone, text: [...againTexts(open, ending), ...unstopped].join("; ") };
  } catch (error) {
    result = { user, isDone: false, text: foreseen(error, "The account stays open.").message };
  }
  const facts = { user, uid: String(record.uid), outcome: result.text, command: dueAct.command, change: record.id };
  const caller = readCaller(machine.files);
  await recordActs([{ id, act: "lock", isDone: result.isDone, caller, reason: record.reason, facts }], machine);
  return result;
}

function againTexts(open: readonly string[], { results, isComplete }: LockedEnding): string[] {
  return [
    open.length === 0 ? "locked again" : `locked again, and not refused by ${open.join(", ")}`,
    `${plural(results.length, "session")} ended${isComplete ? "" : ", and some are left"}`,
  ];
}

/** @throws ForeseenError */
async function rightAccount({ user, uid }: LockRecord, machine: Machine): Promise<Account> {
  const account = await findAccount(user, machine);
  if (account?.uid === uid) return account;
  throw new FileTrouble("foreign", `${user} is no longer the account with uid ${String(uid)}`);
}

/** The account may have got another expiry while it was open: that is what `unlock` gives back now. */
async function putOnAgain(
  record: LockRecord,
  account: Account,
  machine: Machine,
  context: Context,
): Promise<LockRecord> {
  return exclusively(machine, async () => {
    const happened = whatHappened(record, machine);
    if (happened !== undefined) throw new FileTrouble("foreign", `${record.user}: ${happened.text}`);
    const isLocked = (await lookAt(record, machine)).kind === "ours";
    const mechanism = isLocked ? record.mechanism : await mechanismNow(record, machine);
    const locked: LockRecord = { ...record, mechanism, opened: undefined };
    // Until it holds, the record says that it is open, and what to give back.
    writeRecord({ ...record, mechanism }, machine);
    const check = async () => {
      const open = await findOpen(account, mechanism, context);
      if (open.length > 0) throw notHeld(account.name, open);
    };
    if (!isLocked) {
      await exempt(locked, (await readAccess(account, {}, context)).penaltyExemptions, machine);
      await putOn(locked, check, machine);
    }
    await disarmTimer(record, machine);
    writeRecord(locked, machine);
    if (locked.end !== undefined) await armTimer(locked, machine);
    return locked;
  });
}

async function mechanismNow({ mechanism, user }: LockRecord, machine: Machine): Promise<LockRecord["mechanism"]> {
  if (mechanism.kind === "deny") return mechanism;
  const shadow = await readShadow(user, machine);
  return { kind: "expiry", before: shadow?.expiresOn === lockedDay ? undefined : shadow?.expiresOn };
}
