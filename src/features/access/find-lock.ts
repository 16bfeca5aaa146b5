/** Whether sshctl itself has locked an account, by the records of changes. Whether that lock holds is what servers say. */
import { readChanges } from "../../changes/read-changes.ts";
import { troubleIn } from "../../host/files/file-trouble.ts";
import type { Machine } from "../../host/host.ts";
import type { Account } from "../../system/accounts.ts";
import { describeCaller } from "../../system/caller.ts";
import type { Lock } from "./access-report.ts";

/** @returns undefined also where the records cannot be read: "sshctl locks" and "sshctl changes" say so. */
export function findLock({ name }: Account, { state }: Pick<Machine, "state">): Lock | undefined {
  let found: Lock | undefined;
  troubleIn(() => {
    const record = readChanges(state).changes.findLast(
      (each) => each.state !== "undone" && each.accounts.includes(name),
    );
    found = record && {
      id: record.id,
      by: describeCaller(record.caller),
      atMs: record.startedMs,
      reason: record.reason,
    };
  });
  return found;
}
