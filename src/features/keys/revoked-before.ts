/** Which change has revoked a key that stands in no file any more, by the records of changes. */
import type { ChangeRecord } from "../../changes/change-record.ts";
import { readChanges } from "../../changes/read-changes.ts";
import { undoCommand } from "../../changes/undo-command.ts";
import { isFingerprint } from "../../domain/auth.ts";
import { troubleIn } from "../../host/files/file-trouble.ts";
import type { StateFolder } from "../../host/files/state-folder.ts";
import { parseAuthorizedKey } from "../../system/authorized-keys/authorized-key.ts";
import { describeCaller } from "../../system/caller.ts";
import { fromByteText } from "../../text/byte-text.ts";
import { localTime } from "../../text/time.ts";

/** So many of the latest revocations are looked through. */
const mostRecords = 200;

/** What is kept of a file of keys is not larger. */
const mostBytes = 1024 * 1024;

/**
 * @param name - a fingerprint or its beginning, or a comment.
 * @returns whole sentences; none where no record tells, or none can be read.
 */
export function revokedBefore(name: string, state: StateFolder, nowMs: number): string[] {
  let found: ChangeRecord | undefined;
  troubleIn(() => {
    const revocations = readChanges(state).changes.filter(
      (each) => each.state !== "undone" && each.command.startsWith("sshctl keys revoke "),
    );
    found = revocations.slice(-mostRecords).findLast((record) => hasRevoked(name, record, state));
  });
  if (found === undefined) return [];
  const { id, caller, startedMs } = found;
  const when = `${localTime(startedMs, nowMs)} by ${describeCaller(caller)}`;
  return [`It was revoked ${when}; to bring it back: "${undoCommand(id)}".`];
}

/** Of the keys that its files held before, those that it names; all of them where it names none (`--user` alone). */
function hasRevoked(name: string, { command, files }: ChangeRecord, state: StateFolder): boolean {
  const namesKeys = command.includes(" SHA256:");
  return files.some(({ before }) =>
    keysIn(before === undefined ? "" : (state.read(before.backup, mostBytes) ?? "")).some(
      ({ key, comment }) =>
        (!namesKeys || command.includes(key.sha256)) &&
        (isFingerprint(name) ? key.sha256.startsWith(name) || key.md5.startsWith(name) : comment === name),
    ),
  );
}

function keysIn(bytes: string) {
  return fromByteText(bytes)
    .split("\n")
    .flatMap((line) => parseAuthorizedKey(line) ?? []);
}
