/** Takes locks away, each only where it is what the lock has put there. */
import type { Context } from "../../cli/context.ts";
import { ForeseenError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import type { Machine } from "../../host/host.ts";
import { readCaller } from "../../system/caller.ts";
import { actId } from "../../system/acts/act-id.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { findAccount } from "../../system/accounts.ts";
import type { Answer } from "../access/read-access.ts";
import { readAccess } from "../access/read-access.ts";
import { exclusively, lookAt, takeOff } from "./lock-account.ts";
import { removeRecord, termsOf, writeRecord, type LockRecord } from "./record.ts";
import { readClock, termOf } from "./term.ts";
import { armTimer, disarmTimer } from "./timer.ts";

export interface UnlockResult {
  record: LockRecord;
  /** `unlocked`; `absent`: it was gone already, and only its record was left; `changed`: something else is there, and stays. */
  outcome: "unlocked" | "absent" | "changed" | "failed";
  text: string;
  /** Whether the account gets in now; undefined where it was not asked. */
  access: Answer | undefined;
}

/** @param forSeconds - how long the accounts are to be open; undefined for good. */
export async function unlockAll(
  records: readonly LockRecord[],
  forSeconds: number | undefined,
  machine: Machine,
  context: Context,
): Promise<UnlockResult[]> {
  const results: UnlockResult[] = [];
  for (const record of records) {
    const result =
      forSeconds === undefined ? await unlockOne(record, machine) : await openOne(record, forSeconds, machine);
    const account = await findAccount(record.user, machine);
    const access = account === undefined ? undefined : (await readAccess(account, {}, context)).answer;
    results.push({ ...result, access });
  }
  await writeDown(actId(machine.now(), machine.locks.token()), results, forSeconds, machine);
  return results;
}

async function unlockOne(record: LockRecord, machine: Machine): Promise<Omit<UnlockResult, "access">> {
  try {
    return await exclusively(machine, async () => {
      const present = await lookAt(record, machine);
      if (present.kind === "other") return { record, outcome: "changed", text: `${present.text}: nothing was changed` };
      if (present.kind === "ours") await takeOff(record, machine);
      await disarmTimer(record, machine);
      removeRecord(record, machine);
      return present.kind === "ours"
        ? { record, outcome: "unlocked", text: "unlocked" }
        : { record, outcome: "absent", text: absentText(record) };
    });
  } catch (error) {
    return { record, outcome: "failed", text: foreseen(error, "The lock may still be there.").message };
  }
}

function absentText({ opened }: LockRecord): string {
  return opened === undefined
    ? "there was no lock any more, only its record"
    : "was open for a while, and now stays so";
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
      const present = await lookAt(record, machine);
      if (present.kind === "other") return { record, outcome: "changed", text: `${present.text}: nothing was changed` };
      if (present.kind === "before" && record.opened === undefined)
        return { record, outcome: "changed", text: "somebody has taken the lock away: nothing was changed" };
      const opened: LockRecord = { ...record, opened: termOf(forSeconds, await readClock(machine)) };
      writeRecord(opened, machine);
      try {
        await armTimer(opened, machine);
        if (present.kind === "ours") await takeOff(record, machine);
      } catch (error) {
        await goBack(record, machine);
        throw error;
      }
      return { record: opened, outcome: "unlocked", text: "unlocked" };
    });
  } catch (error) {
    return { record, outcome: "failed", text: foreseen(error, "The lock is still there.").message };
  }
}

async function goBack(record: LockRecord, machine: Machine): Promise<void> {
  await disarmTimer(record, machine);
  writeRecord(record, machine);
  if (termsOf(record).length > 0) await armTimer(record, machine);
}

async function writeDown(
  id: string,
  results: readonly UnlockResult[],
  forSeconds: number | undefined,
  machine: Machine,
): Promise<void> {
  const words = forSeconds === undefined ? "" : ` --for ${String(forSeconds)}`;
  const caller = readCaller(machine.files);
  const records = results.map(({ record, outcome, text }) => ({
    id,
    act: "unlock",
    isDone: outcome === "unlocked" || outcome === "absent",
    caller,
    reason: undefined,
    facts: {
      user: record.user,
      uid: String(record.uid),
      outcome: text,
      command: `sshctl unlock ${quoteWord(record.user)}${words}`,
    },
  }));
  await recordActs(records, machine);
}
