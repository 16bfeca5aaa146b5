import type { Machine } from "../../host/host.ts";
import { keyOf, readRecords, renderRecord, type LockRecord } from "../../system/locks/record.ts";
import type { UnlockResult } from "./take-off.ts";

/**
 * Another sshctl may have unlocked, opened or locked again while this one waited for it: what a record says holds only if it is still
 * there, as it was read. Under `exclusively`, before anything is done to the lock.
 *
 * @returns undefined where nothing has happened.
 */
export function whatHappened(
  record: LockRecord,
  machine: Pick<Machine, "locks" | "files">,
): Pick<UnlockResult, "outcome" | "text"> | undefined {
  const now = readRecords(machine).records.find((each) => keyOf(each) === keyOf(record));
  if (now === undefined) return { outcome: "absent", text: "was unlocked by another sshctl meanwhile" };
  return renderRecord(now) === renderRecord(record)
    ? undefined
    : { outcome: "failed", text: "its lock was changed by another sshctl meanwhile: nothing was done" };
}
