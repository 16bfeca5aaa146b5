/** Takes locks away, each only where it is what the lock has put there. */
import type { Context } from "../../cli/context.ts";
import { ForeseenError } from "../../errors.ts";
import { FileTrouble, troubleIn } from "../../host/files/file-trouble.ts";
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { readChange } from "../../changes/read-changes.ts";
import { markUndone } from "../../changes/undo-change.ts";
import type { Machine } from "../../host/host.ts";
import { readCaller } from "../../system/caller.ts";
import { actId } from "../../system/acts/act-id.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { findAccount } from "../../system/accounts.ts";
import type { Answer } from "../access/read-access.ts";
import { readAccess } from "../access/read-access.ts";
import { exclusively, lookAt, takeOff } from "./lock-account.ts";
import { readRecords, removeRecord, termsOf, writeRecord, type LockRecord } from "../../system/locks/record.ts";
import { readClock, termOf } from "../../system/locks/term.ts";
import { unexempt } from "./exempt.ts";
import { startAgain } from "./stop.ts";
import { whatHappened } from "./meanwhile.ts";
import { armTimer, disarmTimer } from "./timer.ts";

export interface UnlockResult {
  record: LockRecord;
  /** `unlocked`; `absent`: it was gone already, and only its record was left; `changed`: something else is there, and stays. */
  outcome: "unlocked" | "absent" | "changed" | "failed";
  text: string;
  /** Whether the account gets in now; undefined where it was not asked. */
  access: Answer | undefined;
  /** What the lock had stopped or changed beside logins, and what is not as before again; for people. */
  notBack: readonly string[];
}

/** How it is done, what it is called in the logs, and why. */
export interface UnlockAct {
  /** "undo" where the lock was named as a change. */
  name: "unlock" | "undo";
  /** The command line that asks for it. */
  command: string;
  reason: string | undefined;
  /** How long the accounts are to be open; undefined for good. */
  forSeconds: number | undefined;
}

export async function unlockAll(
  records: readonly LockRecord[],
  act: UnlockAct,
  machine: Machine,
  context: Context,
): Promise<UnlockResult[]> {
  const id = actId(machine.now(), machine.state.token());
  const results: UnlockResult[] = [];
  for (const record of records) {
    const result =
      act.forSeconds === undefined ? await unlockOne(record, machine) : await openOne(record, act.forSeconds, machine);
    const account = await findAccount(record.user, machine);
    const access = account === undefined ? undefined : (await readAccess(account, {}, context)).answer;
    results.push({ ...result, access });
  }
  for (const lock of new Set(records.map((record) => record.id))) noteUndone(lock, id, machine);
  await writeDown(id, act, results, machine);
  return results;
}

/** The change is undone when the last of its locks is taken away. That it could not be noted opens and locks nothing. */
export function noteUndone(lock: string, undoneBy: string, machine: Machine): void {
  troubleIn(() => {
    if (readRecords(machine).records.some(({ id }) => id === lock)) return;
    const change = readChange(lock, machine.state);
    if (change !== undefined && change.state !== "undone") markUndone(change, undoneBy, machine);
  });
}

async function unlockOne(record: LockRecord, machine: Machine): Promise<Omit<UnlockResult, "access">> {
  try {
    return await exclusively(machine, async () => {
      const happened = whatHappened(record, machine);
      if (happened !== undefined) return { record, ...happened, notBack: [] };
      const present = await lookAt(record, machine);
      if (present.kind === "other")
        return { record, outcome: "changed", text: `${present.text}: nothing was changed`, notBack: [] };
      if (present.kind === "ours") await takeOff(record, machine);
      const notBack = await giveBack(record, machine);
      await disarmTimer(record, machine);
      removeRecord(record, machine);
      return present.kind === "ours"
        ? { record, outcome: "unlocked", text: "unlocked", notBack }
        : { record, outcome: "absent", text: absentText(record), notBack };
    });
  } catch (error) {
    return { record, outcome: "failed", text: foreseen(error, "The lock may still be there.").message, notBack: [] };
  }
}

/** Everything that the lock has done beside itself; while it is locked again later, all of that is done again. */
async function giveBack(record: LockRecord, machine: Machine): Promise<string[]> {
  const left = await unexempt(record, machine);
  return [...(left === undefined ? [] : [left]), ...(await startAgain(record.stopped, record, machine))];
}

function absentText({ opened }: LockRecord): string {
  return opened === undefined
    ? "the lock was already gone, and its record has been removed"
    : "was open for a while, and now stays open";
}

/** @throws what is not foreseen. */
export function foreseen(error: unknown, outcome: string): ForeseenError {
  const problem = error instanceof FileTrouble ? foreseenTrouble(error, outcome) : error;
  if (!(problem instanceof ForeseenError)) throw error;
  return problem;
}

/** The record and the timer come first: an account that is open must be one that is locked again. */
async function openOne(
  record: LockRecord,
  forSeconds: number,
  machine: Machine,
): Promise<Omit<UnlockResult, "access">> {
  try {
    return await exclusively(machine, async () => {
      const happened = whatHappened(record, machine);
      if (happened !== undefined) return { record, ...happened, notBack: [] };
      const present = await lookAt(record, machine);
      if (present.kind === "other")
        return { record, outcome: "changed", text: `${present.text}: nothing was changed`, notBack: [] };
      if (present.kind === "before" && record.opened === undefined)
        return {
          record,
          outcome: "changed",
          text: "the lock was removed by other means: nothing was changed",
          notBack: [],
        };
      const opened: LockRecord = { ...record, opened: termOf(forSeconds, await readClock(machine)) };
      writeRecord(opened, machine);
      try {
        await armTimer(opened, machine);
        if (present.kind === "ours") await takeOff(record, machine);
      } catch (error) {
        await goBack(record, machine);
        throw error;
      }
      return { record: opened, outcome: "unlocked", text: "unlocked", notBack: await giveBack(record, machine) };
    });
  } catch (error) {
    return { record, outcome: "failed", text: foreseen(error, "The lock is still there.").message, notBack: [] };
  }
}

async function goBack(record: LockRecord, machine: Machine): Promise<void> {
  await disarmTimer(record, machine);
  writeRecord(record, machine);
  if (termsOf(record).length > 0) await armTimer(record, machine);
}

async function writeDown(
  id: string,
  { name, command, reason }: UnlockAct,
  results: readonly UnlockResult[],
  machine: Machine,
): Promise<void> {
  const caller = readCaller(machine.files);
  const records = results.map(({ record, outcome, text }) => ({
    id,
    act: name,
    isDone: outcome === "unlocked" || outcome === "absent",
    caller,
    reason,
    facts: {
      user: record.user,
      uid: String(record.uid),
      outcome: text,
      command,
      change: record.id,
    },
  }));
  await recordActs(records, machine);
}
