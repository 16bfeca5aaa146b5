/** Reads the keys of accounts: which files, what stands in them, what sshd makes of it. */
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import type { Warning } from "../../../domain/session.ts";
import { listGroups, type Account } from "../../../system/accounts.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import type { UserFile } from "../../../host/files/user-files.ts";
import { parseLine } from "../../../system/authorized-keys/authorized-key.ts";
import type { KeysHost } from "../machine.ts";
import type { BrokenPlace, Inventory, ListedKey, UnreadFile } from "./inventory.ts";
import { keyPaths } from "../../../system/authorized-keys/key-paths.ts";
import { readKeySettings, type AccountSettings, type KeySettings } from "./key-settings.ts";
import { keyState } from "./key-state.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";
import { parseRevokedKeys, type RevokedKeys } from "./revoked-keys.ts";
import { settingWarnings } from "./setting-warnings.ts";
import { privateGroups } from "./private-groups.ts";
import { findDistrust, type Distrust, type PrivateGroups } from "./strict-modes.ts";

/** Nobody has so many keys; what is larger exists only to hurt. */
const limitBytes = 8 * 1024 * 1024;

/** @param everyone - all accounts of the machine, to tell groups of one from others. */
export async function readInventory(
  accounts: readonly Account[],
  everyone: readonly Account[],
  networkHomes: boolean,
  host: KeysHost,
): Promise<Inventory> {
  const settings = await readKeySettings(accounts, host);
  const reading: Reading = {
    host,
    settings,
    isOutOfReach: networkHomes ? () => false : remotePaths(orUndefined(host.files.read("/proc/self/mountinfo")) ?? ""),
    groups: isDebian(host) ? privateGroups(everyone, await listGroups(host)) : undefined,
    revoked: new Map(),
    keys: [],
    broken: [],
    unread: [],
    remote: [],
  };
  host.userFiles.together(() => {
    for (const account of accounts) readFiles(account, reading);
  });
  const { keys, broken, unread, remote, revoked } = reading;
  return {
    accounts,
    keys,
    broken,
    unread,
    warnings: [...settingWarnings(accounts, settings, revoked), ...remoteWarnings(remote)],
    settingsOf: settings.of,
  };
}

interface Reading {
  host: KeysHost;
  settings: AccountSettings;
  isOutOfReach: (path: string) => boolean;
  groups: PrivateGroups | undefined;
  /** By path. */
  revoked: Map<string, RevokedKeys>;
  keys: ListedKey[];
  broken: BrokenPlace[];
  unread: UnreadFile[];
  /** Whose files are on network file systems. */
  remote: Account[];
}

function readFiles(account: Account, reading: Reading): void {
  const { host, settings, isOutOfReach } = reading;
  const paths = keyPaths(settings.of(account).keyFiles, account);
  const files = host.userFiles.read(paths, account, isOutOfReach, limitBytes);
  for (const [index, file] of files.entries()) takeFile(paths[index] ?? "", account, file, reading);
}

function takeFile(path: string, account: Account, file: UserFile, reading: Reading): void {
  const { unread, remote } = reading;
  switch (file.kind) {
    case "absent":
      return;
    case "out-of-reach":
      remote.push(account);
      return;
    case "unreadable":
      unread.push({ account, path, problem: file.problem });
      return;
    case "read":
      readLines(path, account, file, reading);
  }
}

function readLines(path: string, account: Account, file: UserFile & { kind: "read" }, reading: Reading): void {
  const settings = reading.settings.of(account);
  const distrust = distrustOf(file, account, reading);
  const revoked = revokedKeys(settings, reading);
  for (const [index, text] of file.text.split("\n").entries()) {
    const parsed = parseLine(text);
    if (parsed === undefined) continue;
    const place = { account, path, line: index + 1 };
    if ("problem" in parsed) {
      reading.broken.push({ ...place, problem: parsed.problem });
      continue;
    }
    const isRevoked =
      revoked !== undefined && (revoked.kind === "missing" || revoked.fingerprints.has(parsed.key.sha256));
    const circumstances = { settings, isDistrusted: distrust !== undefined, isRevoked, nowMs: reading.host.now() };
    reading.keys.push({
      ...parsed,
      ...place,
      state: keyState(parsed, circumstances),
      fileUid: file.rights[0].uid,
      distrust,
    });
  }
}

function distrustOf(
  { rights }: UserFile & { kind: "read" },
  account: Account,
  { host, isOutOfReach, groups }: Reading,
): Distrust | undefined {
  const [{ path }] = rights;
  const { home, uid } = account;
  // Links in the path of a home are rare, and to follow them takes time.
  const isBelow = path.startsWith(`${home}/`);
  const realHome = isBelow ? home : (host.userFiles.realPath(home, account, isOutOfReach) ?? home);
  return findDistrust(rights, uid, realHome, groups);
}

function revokedKeys({ revokedKeys: path }: KeySettings, { host, revoked }: Reading): RevokedKeys | undefined {
  if (path === undefined) return undefined;
  const known = revoked.get(path) ?? readRevokedKeys(path, host);
  revoked.set(path, known);
  return known;
}

function readRevokedKeys(path: string, { files, uid }: KeysHost): RevokedKeys {
  const bytes = files.bytes(path);
  if (isPresent(bytes)) return parseRevokedKeys(bytes);
  // What root cannot read, sshd cannot either; whoever else asks does not know.
  return uid === 0 ? { kind: "missing" } : { kind: "text", fingerprints: new Set() };
}

/** Debian's sshd, and those that are made of it, take what a group of one can write: user-group-modes.patch. */
function isDebian({ files }: KeysHost): boolean {
  return isPresent(files.facts("/etc/debian_version"));
}

function remoteWarnings(remote: readonly Account[]): Warning[] {
  const names = [...new Set(remote.map(({ name }) => name))];
  if (names.length === 0) return [];
  const shown = firstFew(names, 3);
  return [
    {
      code: "network-homes",
      message: `the files of ${plural(names.length, "account")} are on network file systems and were not read (${shown}); --network-homes reads them`,
    },
  ];
}
