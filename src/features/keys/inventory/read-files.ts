/** Reads the files of one account, each up to a limit. */
import type { Account } from "../../../system/accounts.ts";
import type { RightsAlong, UserFile } from "../../../host/files/user-files.ts";
import { parseLine, type AuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import { keyPaths } from "../../../system/authorized-keys/key-paths.ts";
import type { LineRules } from "../../../system/authorized-keys/line-rules.ts";
import type { KeysHost } from "../machine.ts";
import type { UnreadReason } from "./faults.ts";
import type { BrokenPlace, ListedKey, UnreadFile } from "./inventory.ts";
import type { AccountSettings, KeySettings } from "./key-settings.ts";
import { keyState } from "./key-state.ts";
import { readRevokedKeys, revokes, type RevokedKeys } from "./revoked-keys.ts";
import { findDistrust, type Distrust, type PrivateGroups } from "./strict-modes.ts";

/** Nobody has so many keys; what is larger exists only to hurt. */
const [mostMebibytes, mostLines] = [8, 100_000];
const mostBytes = mostMebibytes * 1024 * 1024;

const tooLarge: UnreadReason = { kind: "larger-than", mebibytes: mostMebibytes };

/** So many of a file are told one by one. */
const mostBroken = 20;

/** What is known before, and what was found up to now. */
export interface Reading {
  host: KeysHost;
  settings: AccountSettings;
  rules: Omit<LineRules, "usesNames">;
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

export function readFiles(account: Account, reading: Reading): void {
  const { host, settings, isOutOfReach } = reading;
  for (const each of settings.of(account)) revokedKeysOf(each, reading);
  const paths = [...new Set(settings.of(account).flatMap(({ keyFiles }) => keyPaths(keyFiles, account)))];
  const files = host.userFiles.read(paths, account, isOutOfReach, mostBytes);
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
      unread.push({
        account,
        path,
        reason: { kind: "unreadable", problem: file.problem },
        fromLine: 1,
        fromByte: 0,
        mayHoldKeys: !file.isRefusedToAll,
      });
      return;
    case "read":
      readLines(path, account, file, reading);
  }
}

function readLines(path: string, account: Account, file: UserFile & { kind: "read" }, reading: Reading): void {
  const list = listerOf(path, account, file.rights, reading);
  const rules = rulesFor(account, reading);
  let brokenCount = 0;
  const end = eachLine(file, (text, line) => {
    const parsed = parseLine(text, rules);
    if (parsed === undefined) return;
    if ("key" in parsed) {
      list(parsed, line);
      return;
    }
    brokenCount += 1;
    if (brokenCount <= mostBroken) reading.broken.push({ account, path, line, count: 1, problem: parsed.problem });
  });
  const more = brokenCount - mostBroken;
  if (more > 0) reading.broken.push({ account, path, line: undefined, count: more, problem: undefined });
  if (end !== undefined) reading.unread.push({ account, path, ...end, mayHoldKeys: true });
}

/** @returns where it had to stop, and why; undefined at the end of the file. */
function eachLine(
  { bytes, isWhole }: UserFile & { kind: "read" },
  take: (text: string, line: number) => void,
): Pick<UnreadFile, "fromLine" | "fromByte" | "reason"> | undefined {
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    if (line > mostLines)
      return { fromLine: line, fromByte: start, reason: { kind: "more-lines-than", lines: mostLines } };
    const found = bytes.indexOf("\n", start);
    if (found < 0 && !isWhole) return { fromLine: line, fromByte: start, reason: tooLarge };
    const end = found < 0 ? bytes.length : found;
    take(bytes.toString("utf8", start, end), line);
    start = end + 1;
    if (start === bytes.length && !isWhole) return { fromLine: line + 1, fromByte: start, reason: tooLarge };
  }
  return undefined;
}

export function rulesFor(account: Account, { rules, settings }: Reading): LineRules {
  return { ...rules, usesNames: settings.of(account).some(({ usesNames }) => usesNames) };
}

/** Puts keys of a file on the list. */
export function listerOf(
  path: string,
  account: Account,
  rights: RightsAlong,
  reading: Reading,
): (parsed: AuthorizedKey, line: number) => void {
  const all = reading.settings.of(account);
  const readers = all.filter(({ keyFiles }) => keyPaths(keyFiles, account).includes(path));
  const distrust = distrustOf(rights, account, reading);
  const [{ uid: fileUid }] = rights;
  return (parsed, line) => {
    const states = readers.map((settings) => {
      const revoked = revokedKeysOf(settings, reading);
      return keyState(parsed, {
        settings,
        isRootKey: account.uid === 0,
        isDistrusted: distrust !== undefined,
        isRevoked: revoked !== undefined && revokes(revoked, parsed.key),
        nowMs: reading.host.now(),
      });
    });
    // A key that one server takes is a way in, whatever the others make of it.
    const state = states.find((each) => each === "accepted") ?? states[0] ?? "accepted";
    const agreeing = readers.filter((_, index) => states[index] === state);
    const servers = agreeing.length === all.length ? [] : agreeing.flatMap((each) => each.servers);
    reading.keys.push({ ...parsed, account, path, line, state, servers, fileUid, distrust });
  };
}

function distrustOf(
  rights: RightsAlong,
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

/** Reads what RevokedKeys names, once. */
function revokedKeysOf({ revokedKeys: path, usesNames }: KeySettings, reading: Reading): RevokedKeys | undefined {
  const { host, rules, revoked } = reading;
  if (path === undefined) return undefined;
  const known = revoked.get(path) ?? readRevokedKeys(path, { ...rules, usesNames }, host);
  revoked.set(path, known);
  return known;
}
