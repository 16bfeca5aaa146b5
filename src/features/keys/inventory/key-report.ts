/** Everything that is known of keys at one moment. */
import { describeLock } from "../../../report/describe-lock.ts";
import { isOpenHere, type SessionReport, type Warning } from "../../../domain/session.ts";
import type { Account } from "../../../system/accounts.ts";
import { chooseAccounts } from "./choose-accounts.ts";
import { judgeFiles } from "./file-findings.ts";
import { judgeKeys, type Finding } from "./findings.ts";
import type { KeysHost } from "../machine.ts";
import type { Inventory, ListedKey, UnreadFile } from "./inventory.ts";
import { findTyped, keyRows, type KeyRow } from "./key-rows.ts";
import { reachOf } from "../../../system/logs/login-counter.ts";
import { isSought, type SoughtKeys } from "./sought-keys.ts";
import { readInventory } from "./read-inventory.ts";

/** What is asked. */
export interface KeyQuestion {
  /** Names or uids; everybody where there are none. */
  users: readonly string[];
  unusedSeconds: number | undefined;
  /** Look also at homes on network file systems. */
  networkHomes: boolean;
  /** Keys that are looked for in whole files, however large. */
  seek?: SoughtKeys;
}

export interface JudgedKey extends KeyRow {
  findings: readonly Finding[];
}

export interface KeyReport {
  host: string;
  takenAtMs: number;
  /** Of all accounts that could be read, also of those that were not asked for. */
  inventory: Inventory;
  /** The accounts whose keys were looked for everywhere. */
  owners: readonly Account[];
  /** How many accounts were asked for. */
  accounts: number;
  keys: readonly JudgedKey[];
  /** About lines and files that hold no key. */
  otherFindings: readonly Finding[];
  /** How many lines are meant to hold a key, and hold none. */
  brokenLines: number;
  /** Files of the accounts that were asked for, of which not all is known. */
  unread: readonly UnreadFile[];
  /** Since when the logs tell of logins, in milliseconds since the epoch. */
  journalSinceMs: number | undefined;
  filesSinceMs: number | undefined;
  warnings: readonly Warning[];
}

/**
 * @param sessions - the machine's, with how their users logged in.
 * @throws NothingFoundError, PermissionError
 */
export async function readKeyReport(
  { users, unusedSeconds, networkHomes, seek }: KeyQuestion,
  sessions: Pick<SessionReport, "host" | "sessions" | "locked">,
  host: KeysHost,
): Promise<KeyReport> {
  const open = sessions.sessions.filter(isOpenHere);
  const owners = seek?.kind === "of-accounts" ? seek.names : [];
  const chosen = await chooseAccounts(users, owners, open, host);
  const seeker = seek && ((keys: readonly ListedKey[]) => isSought(seek, keys, chosen.owners));
  const inventory = await readInventory(chosen.accounts, chosen.everyone, { networkHomes, seek: seeker }, host);
  const history = await host.logins();
  const typed = await findTyped(inventory.keys, [...chosen.everyone, ...chosen.accounts], history, host.findUser);
  const rows = keyRows(inventory.keys, history, typed, open);
  const nowMs = host.now();
  const findings = judgeKeys(rows, inventory, { unusedSeconds, reachMs: reachOf(history), nowMs });
  const { journalSinceMs, filesSinceMs } = history;
  const isShown = ({ account }: { account: Account }) => chosen.shown.has(account);
  const [broken, unread] = [inventory.broken.filter(isShown), inventory.unread.filter(isShown)];
  return {
    host: sessions.host,
    takenAtMs: nowMs,
    inventory,
    owners: chosen.owners,
    accounts: chosen.shown.size,
    keys: rows.filter(({ listed }) => isShown(listed)).map((row) => ({ ...row, findings: findings.get(row) ?? [] })),
    otherFindings: judgeFiles({ broken, unread, revoked: inventory.revoked }),
    brokenLines: broken.reduce((sum, { count }) => sum + count, 0),
    unread: [...unread, ...inventory.remote.filter((account) => chosen.shown.has(account)).map(unreadHome)],
    journalSinceMs,
    filesSinceMs,
    warnings: [
      ...chosen.warnings,
      ...inventory.warnings,
      ...logWarnings(journalSinceMs, filesSinceMs),
      ...lockWarnings(rows.map(({ listed }) => listed).filter(isShown), sessions.locked),
    ],
  };
}

/** Keys stay in the files of accounts that are locked, and are accepted again after the lock. */
function lockWarnings(keys: readonly ListedKey[], locked: SessionReport["locked"] = []): Warning[] {
  const uids = new Set(keys.map(({ account }) => account.uid));
  return locked
    .filter(({ uid }) => uids.has(uid))
    .map((lock) => ({
      code: "locked-account",
      message: `${lock.user} has been ${describeLock(lock)}: no key lets the account in until it is unlocked`,
    }));
}

function unreadHome(account: Account): UnreadFile {
  return {
    account,
    path: account.home,
    reason: { kind: "network-home" },
    fromLine: 1,
    fromByte: 0,
    mayHoldKeys: true,
  };
}

/** Whether any log tells of logins: without one, none is known, which is not the same as none. */
export function areLoginsTold({ journalSinceMs, filesSinceMs }: Pick<KeyReport, "journalSinceMs" | "filesSinceMs">) {
  return journalSinceMs !== undefined || filesSinceMs !== undefined;
}

export function allFindings({ keys, otherFindings }: Pick<KeyReport, "keys" | "otherFindings">): Finding[] {
  return [...keys.flatMap(({ findings }) => findings), ...otherFindings];
}

function logWarnings(journalSinceMs: number | undefined, filesSinceMs: number | undefined): Warning[] {
  if (journalSinceMs !== undefined) return [];
  const instead =
    filesSinceMs === undefined
      ? "logins are not known"
      : "logins are known only from log files, which every user can write to";
  return [{ code: "journal-unreadable", message: `the journal cannot be read: ${instead}` }];
}
