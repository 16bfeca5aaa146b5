/** Everything that is decided before an account is locked. Nothing is changed here. */
import type { Context } from "../../cli/context.ts";
import { unknownUser } from "../../cli/unknown-names.ts";
import { isOfUserHere, type Session, type SessionReport } from "../../domain/session.ts";
import { DeclinedError, NothingDoneError, PermissionError, UsageError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { findAccount, localAccounts, type Account } from "../../system/accounts.ts";
import { readCaller } from "../../system/caller.ts";
import { protectedError, type ProtectedEntry, type Protection } from "../../system/protected/read-protected.ts";
import { readShadow } from "../../system/shadow.ts";
import { findReach, testAll } from "../../system/sshd/reach.ts";
import { sshPattern } from "../../system/sshd/pattern.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { fullTime } from "../../text/time.ts";
import { plural } from "../../text/words.ts";
import type { AccessReport } from "../access/read-access.ts";
import { readAccess } from "../access/read-access.ts";
import { describePersistence, findPersistence } from "../keys/keys-of-account.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { patternOf } from "./deny-file.ts";
import { isRefusedBy } from "./hold.ts";
import { notesOf } from "./notes.ts";
import { readRecentUse, type RecentUse } from "./recent-use.ts";
import { rejectNoTimer } from "./timer.ts";
import { lockedDay, readRecords, type Mechanism } from "../../system/locks/record.ts";
import { alsoMeant, findWayToRoot, firstPerson } from "./root-ways.ts";
import { maySudo } from "../../system/sudo.ts";

export interface LockOptions {
  sshOnly: boolean;
  kill: boolean;
  reason: string | undefined;
  /** How long it holds; undefined until somebody unlocks. */
  forSeconds: number | undefined;
}

/** One account, and how it is to be kept out. */
export interface PlannedLock {
  account: Account;
  mechanism: Mechanism;
  /** Whether /etc/passwd has it: what is done here does not reach other hosts of a directory. */
  isLocal: boolean;
  /** Its sessions, as far as they can be seen. */
  sessions: readonly Session[];
  /** What the lock does not reach; sentences without a full stop. */
  stays: readonly string[];
  notes: readonly string[];
}

/**
 * @throws UsageError, NothingFoundError, PermissionError, NothingDoneError, DeclinedError: nothing is done then.
 */
export async function planLocks(
  names: readonly string[],
  options: LockOptions,
  protection: Protection,
  report: SessionReport,
  machine: Machine,
  context: Context,
): Promise<PlannedLock[]> {
  if (options.forSeconds !== undefined) rejectNoTimer(machine);
  const accounts = await accountsOf(names, machine);
  for (const account of accounts) rejectOwn(account, machine);
  rejectLocked(accounts, machine);
  const recent = await readRecentUse(machine);
  const plans: PlannedLock[] = [];
  for (const account of accounts) await rejectProtected(account, sessionsOf(account, report), options, protection);
  for (const account of accounts) plans.push(await planLock(account, options, { report, recent }, machine, context));
  await rejectLastWay(accounts, machine, context);
  return plans;
}

/** @throws PermissionError */
export function rejectUser({ uid }: Machine): void {
  if (uid !== 0)
    throw new PermissionError("Only root may lock and unlock accounts. Nothing was done.", "Run it with sudo.");
}

/** @throws UsageError, NothingFoundError */
export async function accountsOf(names: readonly string[], machine: Machine): Promise<Account[]> {
  const accounts: Account[] = [];
  for (const name of names) {
    const account = await knownAccount(name, machine);
    const same = accounts.find(({ uid }) => uid === account.uid);
    if (same !== undefined)
      throw new UsageError(`${same.name} and ${name} are the same account. Nothing was done.`, "Give it once.");
    accounts.push(account);
  }
  return accounts;
}

/** @throws NothingFoundError */
export async function knownAccount(name: string, machine: Machine): Promise<Account> {
  const account = await findAccount(name, machine);
  if (account === undefined) throw await unknownUser(name, machine);
  return account;
}

/** @throws DeclinedError */
function rejectOwn({ name, uid }: Account, { files }: Machine): void {
  const caller = readCaller(files);
  if (uid === 0)
    throw new DeclinedError(
      `Nothing was done: ${name === "root" ? "root" : `${name} is uid 0, which`} is never locked.`,
      '"PermitRootLogin no" keeps root out.',
    );
  if (uid === caller.uid || uid === caller.login?.uid)
    throw new DeclinedError(`Nothing was done: ${name} is your own account.`);
}

/** @throws DeclinedError */
async function rejectProtected(
  account: Account,
  sessions: readonly Session[],
  { kill }: LockOptions,
  protection: Protection,
): Promise<void> {
  const refuse = (who: string, by: ProtectedEntry) => protectedError(who, "lock the account", by);
  const byName = await protection.ofAccount(account);
  if (byName !== undefined) throw refuse(account.name, byName);
  for (const session of kill ? sessions : []) {
    const by = await protection.ofSession(session);
    if (by !== undefined) throw refuse(`the session of ${describeSession(session)}`, by);
  }
}

function sessionsOf({ uid }: Account, { sessions }: SessionReport): Session[] {
  return sessions.filter((session) => session.uid === uid && isOfUserHere(session));
}

/** @throws NothingDoneError */
function rejectLocked(accounts: readonly Account[], machine: Machine): void {
  const { records } = readRecords(machine);
  for (const { name, uid } of accounts) {
    const record = records.find((each) => each.uid === uid);
    if (record?.opened !== undefined)
      throw new NothingDoneError(
        `${name} is open until ${fullTime(record.opened.untilMs)}, and locked again then (${record.id}). Nothing was done.`,
        `To lock it now: first sshctl unlock ${quoteWord(name)}, then lock it again.`,
      );
    if (record !== undefined)
      throw new NothingDoneError(
        `${name} is locked already, by ${record.by} (${record.id}). Nothing was done.`,
        '"sshctl locks" proves it again.',
      );
  }
}

async function planLock(
  account: Account,
  options: LockOptions,
  { report, recent }: { report: SessionReport; recent: RecentUse },
  machine: Machine,
  context: Context,
): Promise<PlannedLock> {
  const now = await readAccess(account, {}, context);
  rejectOtherServers(account.name, now);
  const mechanism =
    (options.sshOnly ? undefined : await expiryFor(account, machine, context)) ?? (await denialFor(account, machine));
  const own = sessionsOf(account, report);
  const isLocal = await isTheLocalOne(account, machine);
  return {
    account,
    mechanism,
    isLocal,
    sessions: own,
    stays: [...(isLocal ? [] : [otherHosts]), ...staysOf(account, mechanism, options, own, machine)],
    notes: notesOf(account, now, report, recent),
  };
}

/** @throws NothingDoneError where a server is none that is known to refuse the account then. */
export function rejectOtherServers(name: string, { servers }: AccessReport): void {
  if (servers.length === 0)
    throw new NothingDoneError(
      "No SSH server runs on this machine. Nothing was done.",
      "A lock is proven by asking them.",
    );
  const other = servers.find(({ kind }) => kind !== "openssh");
  if (other !== undefined)
    throw new NothingDoneError(
      `${other.name} would still let ${name} in, because no lock reaches it. Nothing was done.`,
      "Stop it, or remove the account's keys from ~/.ssh/authorized_keys.",
    );
}

/**
 * Expiry holds for a local account that every server refuses once it has expired. It also keeps out what else asks PAM's account
 * phase, which accounts of services may need.
 */
async function expiryFor(account: Account, machine: Machine, context: Context): Promise<Mechanism | undefined> {
  const shadow = await readShadow(account.name, machine);
  if (shadow === undefined || account.uid < firstPerson || !(await isTheLocalOne(account, machine))) return undefined;
  // What has that day already could not be told from what the lock has put there.
  if (shadow.expiresOn === lockedDay) return undefined;
  const mechanism: Mechanism = { kind: "expiry", before: shadow.expiresOn };
  const supposed = { shadow: { ...shadow, expiresOn: lockedDay } };
  const { servers } = await readAccess(account, supposed, context);
  return servers.every((server) => isRefusedBy(server, mechanism)) ? mechanism : undefined;
}

/** Whether the name means the account of /etc/passwd, whoever is asked: a directory may come before the file. */
async function isTheLocalOne({ name, uid }: Account, machine: Machine): Promise<boolean> {
  const isInFile = localAccounts(machine).some((account) => account.name === name);
  const output = await machine.programs.run("getent", ["passwd", "--", name], limitMs);
  return isInFile && output?.exitCode === 0 && output.stdout.split(":")[2] === String(uid);
}

const limitMs = 5000;

/** @throws NothingDoneError, FatalError where the drop-in would not be read by every server, or would mean others, too. */
async function denialFor(account: Account, machine: Machine): Promise<Mechanism> {
  const { reached, warnings } = await findReach(machine);
  const [first] = warnings;
  if (first !== undefined) throw new NothingDoneError(`${account.name} cannot be locked: ${first}. Nothing was done.`);
  await testAll(reached, machine);
  const pattern = patternOf(account.name);
  const others = await alsoMeant(sshPattern(pattern), account, machine);
  if (others.length > 0)
    throw new NothingDoneError(
      `DenyUsers ${pattern}, which means ${account.name} for every sshd, means ${others.join(", ")} as well. Nothing was done.`,
    );
  return { kind: "deny", pattern };
}

/** @throws DeclinedError */
export async function rejectLastWay(accounts: readonly Account[], machine: Machine, context: Context): Promise<void> {
  const asked = await Promise.all(accounts.map(async (account) => maySudo(account, machine)));
  if (!asked.includes(true) || (await findWayToRoot(accounts, machine, context)) !== undefined) return;
  const names = accounts.filter((_, index) => asked[index]).map(({ name }) => name);
  throw new DeclinedError(
    `Nothing was done: ${names.join(", ")} may use sudo, and no other account is certain to be able to log in and become root.`,
    '"sshctl access" shows who can.',
  );
}

const otherHosts =
  "the account is open on all other hosts of its directory; what disables it there depends on the directory (ipa user-disable, Disable-ADAccount)";

function staysOf(
  account: Account,
  mechanism: Mechanism,
  { kill }: LockOptions,
  sessions: readonly Session[],
  machine: Machine,
): string[] {
  const isExpiry = mechanism.kind === "expiry";
  return [
    ...(kill || sessions.length === 0 ? [] : [staysOpen(sessions.length)]),
    ...(isExpiry ? [] : ["cron, at, su and sudo still work: only SSH to this machine is locked"]),
    ...findPersistence(account, machine).map(describePersistence),
    "whatever root runs as this user (sudo -u, systemd-run) works as before",
  ];
}

/** A sentence without its full stop. */
export function staysOpen(count: number): string {
  return `${plural(count, "session")} ${count === 1 ? "stays open, with the access it had" : "stay open, with the access they had"}`;
}
