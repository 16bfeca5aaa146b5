import { findConfigLines } from "../../../system/sshd/config-lines.ts";
import { localAccounts, type Account } from "../../../system/accounts.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { parseLine } from "../../../system/authorized-keys/authorized-key.ts";
import type { KeysHost } from "../machine.ts";
import type { ListedKey } from "./inventory.ts";
import { defaultKeyFiles, keyPaths } from "../../../system/authorized-keys/key-paths.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";

/** What a completion shows of a key. */
export type CompletionKey = Pick<ListedKey, "key" | "account" | "comment">;

const limitBytes = 1024 * 1024;

/**
 * A quick look at keys, for somebody who waits at a prompt: no program is started and no log is read. So it knows local accounts
 * only, and of sshd's configuration what holds for everybody.
 */
export function completionKeys({
  files,
  userFiles,
  uid,
}: Pick<KeysHost, "files" | "userFiles" | "uid">): CompletionKey[] {
  const lines = findConfigLines(new Set(["authorizedkeysfile"]), files);
  const line = lines.find(({ match }) => match === undefined);
  const setting = line === undefined ? defaultKeyFiles : line.text.replace(/^\w+[\s=]+/, "").replaceAll('"', "");
  const isOutOfReach = remotePaths(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
  const accounts = localAccounts({ files }).filter((account) => uid === 0 || account.uid === uid);
  const keysOf = (account: Account) =>
    userFiles
      .read(keyPaths(setting, account), account, isOutOfReach, limitBytes)
      .flatMap((file) => (file.kind === "read" ? file.bytes.toString("utf8").split("\n") : []))
      .flatMap((text): CompletionKey[] => {
        const parsed = parseLine(text);
        return parsed !== undefined && "key" in parsed ? [{ ...parsed, account }] : [];
      });
  return userFiles.together(() => accounts.flatMap(keysOf));
}
