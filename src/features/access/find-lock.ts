/** Which locks sshctl itself has put on an account, by its own records. Whether they hold is what servers say. */
import { troubleIn } from "../../host/files/file-trouble.ts";
import type { Machine } from "../../host/host.ts";
import type { Account } from "../../system/accounts.ts";
import { readEveryone } from "../../system/locks/everyone-record.ts";
import { readRecords } from "../../system/locks/record.ts";
import type { Lock } from "./access-report.ts";

/** @returns that of the account before that of everyone; none also where records cannot be read: "sshctl locks" says so. */
export function findLocks(account: Account, machine: Pick<Machine, "locks" | "files">): Lock[] {
  const found: Lock[] = [];
  troubleIn(() => found.push(...ownLocks(account, machine)));
  troubleIn(() => found.push(...lockOfEveryone(account, machine)));
  return found;
}

function ownLocks({ uid }: Account, machine: Pick<Machine, "locks" | "files">): Lock[] {
  return readRecords(machine)
    .records.filter((record) => record.uid === uid)
    .map(({ id, by, atMs, reason, end, opened }) => ({
      id,
      by,
      atMs,
      reason,
      isOfEveryone: false,
      untilMs: end?.untilMs,
      openUntilMs: opened?.untilMs,
    }));
}

function lockOfEveryone({ uid }: Account, machine: Pick<Machine, "locks" | "files">): Lock[] {
  const record = readEveryone(machine);
  if (record === undefined || record === "damaged" || record.except.some((each) => each.uid === uid)) return [];
  const { id, by, atMs, reason, end } = record;
  return [{ id, by, atMs, reason, isOfEveryone: true, untilMs: end?.untilMs, openUntilMs: undefined }];
}
