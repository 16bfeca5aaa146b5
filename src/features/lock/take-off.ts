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
import { removeRecord, type LockRecord } from "./record.ts";

export interface UnlockResult {
  record: LockRecord;
  /** `unlocked`; `absent`: it was gone already, and only its record was left; `changed`: something else is there, and stays. */
  outcome: "unlocked" | "absent" | "changed" | "failed";
  text: string;
  /** Whether the account gets in now; undefined where it was not asked. */
  access: Answer | undefined;
}

export async function unlockAll(
  records: readonly LockRecord[],
  machine: Machine,
  context: Context,
): Promise<UnlockResult[]> {
  const results: UnlockResult[] = [];
  for (const record of records) {
    const result = await unlockOne(record, machine);
    const account = await findAccount(record.user, machine);
    const access = account === undefined ? undefined : (await readAccess(account, {}, context)).answer;
    results.push({ ...result, access });
  }
  await writeDown(actId(machine.now(), machine.locks.token()), results, machine);
  return results;
}

async function unlockOne(record: LockRecord, machine: Machine): Promise<Omit<UnlockResult, "access">> {
  try {
    return await exclusively(machine, async () => {
      const present = await lookAt(record, machine);
      if (present.kind === "other") return { record, outcome: "changed", text: `${present.text}: nothing was changed` };
      if (present.kind === "ours") await takeOff(record, machine);
      removeRecord(record, machine);
      return present.kind === "ours"
        ? { record, outcome: "unlocked", text: "unlocked" }
        : { record, outcome: "absent", text: "there was no lock any more, only its record" };
    });
  } catch (error) {
    const problem = error instanceof FileTrouble ? foreseenTrouble(error, "The lock may still be there.") : error;
    if (!(problem instanceof ForeseenError)) throw error;
    return { record, outcome: "failed", text: problem.message };
  }
}

async function writeDown(id: string, results: readonly UnlockResult[], machine: Machine): Promise<void> {
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
      command: `sshctl unlock ${quoteWord(record.user)}`,
    },
  }));
  await recordActs(records, machine);
}
