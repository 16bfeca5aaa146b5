import type { Account, Accounts } from "../domain/accounts.ts";
import { localAccounts } from "../system/accounts.ts";
import { parseAuthorizedKey, type AuthorizedKey } from "../system/authorized-keys/authorized-key.ts";
import { defaultKeyFiles, keyPaths } from "../system/authorized-keys/key-paths.ts";
import { effectiveSettings, type SshdSettings } from "../system/sshd/ask.ts";
import { installedDaemon } from "../system/sshd/daemons.ts";
import { remotePaths } from "../system/remote-mounts.ts";
import { orUndefined } from "../host/files/files.ts";
import type { Facts } from "../host/host.ts";

type KeySources = Pick<Facts, "files" | "smallFiles" | "programs">;

/** Larger files exist only to hurt. */
const limitBytes = 1 << 20;

/** Finds the comment beside a key in its user's authorized_keys. */
export type CommentFinder = (user: string, fingerprint: string) => string | undefined;

export async function keyComments(accounts: Accounts, sources: KeySources): Promise<CommentFinder> {
  const keysOf = keyReader(await commonSettings(sources), sources);
  const cache = new Map<string, ReadonlyMap<string, string>>();
  return (user, fingerprint) => {
    const known = cache.get(user) ?? readComments(user);
    cache.set(user, known);
    return known.get(fingerprint);
  };

  function readComments(name: string): Map<string, string> {
    const [home, uid] = [accounts.home(name), accounts.uid(name)];
    if (home === undefined || uid === undefined) return new Map();
    return new Map(
      keysOf({ name, home, uid }).flatMap(({ key, comment }) =>
        comment === undefined ? [] : [key.sha256, key.md5].map((fingerprint) => [fingerprint, comment] as const),
      ),
    );
  }
}

/** What keys are called here beside their fingerprints. */
export interface KeyNames {
  /** Those of the keys of all local accounts. */
  comments: ReadonlySet<string>;
  /** Whether certificates can log in, whose ids no file lists. */
  hasAuthorities: boolean;
}

export async function readKeyNames(sources: KeySources): Promise<KeyNames> {
  const settings = await commonSettings(sources);
  const keys = localAccounts(sources).flatMap(keyReader(settings, sources));
  return {
    comments: new Set(keys.flatMap(({ comment }) => comment ?? [])),
    hasAuthorities:
      keys.some(({ options }) => options.certAuthority) || (settings?.get("trustedusercakeys") ?? "none") !== "none",
  };
}

/** The keys in the files of an account. */
function keyReader(
  settings: SshdSettings | undefined,
  { files, smallFiles }: KeySources,
): (account: Pick<Account, "name" | "home" | "uid">) => AuthorizedKey[] {
  const setting = settings?.get("authorizedkeysfile") ?? defaultKeyFiles;
  const isRemote = remotePaths(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
  return (account) => {
    const paths = keyPaths(setting, account).filter((path) => !isRemote(path));
    const texts = paths.map((path) => smallFiles.readSmall(path, limitBytes) ?? "");
    return texts.flatMap((text) => text.split("\n")).flatMap((line) => parseAuthorizedKey(line) ?? []);
  };
}

/** What sshd itself says it reads; its defaults where it does not answer. */
async function commonSettings({ programs }: KeySources): Promise<SshdSettings | undefined> {
  return effectiveSettings({ user: "" }, installedDaemon, { programs });
}
