import type { Accounts } from "../domain/accounts.ts";
import { parseAuthorizedKey } from "../system/authorized-keys/authorized-key.ts";
import { defaultKeyFiles, keyPaths } from "../system/authorized-keys/key-paths.ts";
import { effectiveSettings } from "../system/sshd/ask.ts";
import { installedDaemon } from "../system/sshd/daemons.ts";
import { remotePaths } from "../system/remote-mounts.ts";
import { orUndefined, type Files } from "../host/files/files.ts";
import type { Programs } from "../host/programs/run.ts";
import type { SmallFiles } from "../host/files/small-file.ts";

/** Larger files exist only to hurt. */
const limitBytes = 1 << 20;

/** Finds the comment beside a key in its user's authorized_keys. */
export type CommentFinder = (user: string, fingerprint: string) => string | undefined;

export async function keyComments(
  files: Files,
  untrusted: SmallFiles,
  programs: Programs,
  accounts: Accounts,
): Promise<CommentFinder> {
  const setting = await authorizedKeysFiles(programs);
  const isRemote = remotePaths(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
  const cache = new Map<string, ReadonlyMap<string, string>>();
  return (user, fingerprint) => {
    const known = cache.get(user) ?? readComments(user);
    cache.set(user, known);
    return known.get(fingerprint);
  };

  function readComments(user: string): Map<string, string> {
    const [home, uid] = [accounts.home(user), accounts.uid(user)];
    if (home === undefined || uid === undefined) return new Map();
    const paths = keyPaths(setting, { name: user, home, uid }).filter((path) => !isRemote(path));
    const texts = paths.map((path) => untrusted.readSmall(path, limitBytes) ?? "");
    return new Map(texts.flatMap((text) => text.split("\n")).flatMap(commentsOfLine));
  }
}

function commentsOfLine(line: string): [fingerprint: string, comment: string][] {
  const { key, comment } = parseAuthorizedKey(line) ?? {};
  if (key === undefined || comment === undefined) return [];
  return [key.sha256, key.md5].map((fingerprint) => [fingerprint, comment]);
}

/** What sshd itself says it reads; its default where it does not answer. */
async function authorizedKeysFiles(programs: Programs): Promise<string> {
  const settings = await effectiveSettings({ user: "" }, installedDaemon, { programs });
  return settings?.get("authorizedkeysfile") ?? defaultKeyFiles;
}
