/** The one place where a key is really locked out, and where that is proven. */
import { remark } from "../../sessions/notes.ts";
import type { Output } from "../../../cli/context.ts";
import type { KeysHost, RevokeHost } from "../machine.ts";
import { describeCaller, readCaller } from "../../../system/caller.ts";
import { callerFields, writeEntry } from "../../../system/system-log.ts";
import type { ListedKey, UnreadFile } from "../inventory/inventory.ts";
import { readKeyReport, type KeyQuestion } from "../inventory/key-report.ts";
import { changeFile, type Change } from "./change-files.ts";
import type { RevocationTask } from "./plan.ts";

/** RevokedKeys comes first; where that fails, the lines go all the same. */
export async function revokeKey(
  { revocation, targets }: RevocationTask,
  reason: string | undefined,
  host: RevokeHost,
  err: Output,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const target of targets) changes.push(await changeFile(target, revocation, host));
  const { fingerprint } = revocation.removal;
  const files = changes.flatMap(({ kind, target }) => (kind === "changed" ? target.path : []));
  const caller = readCaller(host.files);
  const isWritten = await writeEntry(
    `${describeCaller(caller)} revoked the key ${fingerprint} in ${files.join(", ") || "no file"}${reason === undefined ? "" : `; reason: ${reason}`}`,
    { ...callerFields(caller), SSHCTL_KEY: fingerprint, SSHCTL_REASON: reason, SSHCTL_FILES: files.join(" ") },
    host.feed,
  );
  if (!isWritten) remark("the system log did not take the record of this", err);
  return changes;
}

/** What is not locked out for certain. */
export interface SecondLook {
  /** Where the key still stands, though it was to go. */
  remaining: ListedKey[];
  /** Where it may stand. */
  unread: UnreadFile[];
}

/** Looks again at everything: an owner may have put the key back at the same moment. */
export async function lookAgain(
  { revocation, view }: RevocationTask,
  question: KeyQuestion,
  host: KeysHost,
): Promise<SecondLook> {
  const { keys, unread } = await readKeyReport(question, { host: "", sessions: [] }, host);
  const nameOf = ({ path, account }: ListedKey) => `${account.name} ${path}`;
  const kept = new Set(view.kept.map(nameOf));
  const remaining = keys
    .map(({ listed }) => listed)
    .filter(
      (listed) =>
        listed.key.sha256 === revocation.removal.fingerprint && listed.state !== "revoked" && !kept.has(nameOf(listed)),
    );
  return { remaining, unread: unread.filter(({ mayHoldKeys }) => mayHoldKeys) };
}
