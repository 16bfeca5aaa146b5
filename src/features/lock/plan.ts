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
import { findPlaces, findReaders } from "../../system/sshd/reach.ts";
import { sshPattern } from "../../system/sshd/pattern.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { fullTime } from "../../text/time.ts";
import { plural } from "../../text/words.ts";
import type { AccessReport } from "../access/read-access.ts";
import { readAccess } from "../access/read-access.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { patternOf } from "./deny-file.ts";
import type { LockEnd } from "./for-option.ts";
import { exemptPath } from "./exempt.ts";
import { isRefusedBy } from "./hold.ts";
import { managerNotes, notesOf, punishedOthers } from "./notes.ts";
import { reachOf, readOthers, type Others } from "./reach-of.ts";
import { readRecentUse, type RecentUse } from "./recent-use.ts";
import { findStoppable } from "./stop.ts";
import { rejectNoTimer } from "./timer.ts";
import { denyPath, lockedDay, readRecords, type Mechanism, type Stopped } from "../../system/locks/record.ts";
import { alsoMeant, findWayToRoot, firstPerson } from "./root-ways.ts";
import { maySudo } from "../../system/sudo.ts";

export interface LockOptions extends LockEnd {
  sshOnly: boolean;
  kill: boolean;
  /** Whether what the sessions have left running ends with them. */
  everything: boolean;
  reason: string | undefined;
  /** Whether a login is tried. */
  probe: boolean;
  /** What is stopped beside logins. */
  stop: ReadonlySet<Stopped["kind"]>;
  /** Whether PerSourcePenalties is kept from punishing those who share an address with the account. */
  exempt: boolean;
}

/** One account, and how it is to be kept out. */
export interface PlannedLock {
  account: Account;
  mechanism: Mechanism;
  /** Whether /etc/passwd has it: what is done here does not reach other hosts of a directory. */
  isLocal: boolean;
  /** Its sessions, as far as they can be seen. */
  sessions: readonly Session[];
  /** What is stopped beside logins, as far as it is there now. */
  stopped: readonly Stopped[];
  /** Addresses that are not punished for it meanwhile, and those that were exempt before. */
  exempt: readonly string[];
  exemptBefore: readonly string[];
  /** What stops beside SSH; sentences without a full stop. */
  stops: readonly string[];
  /** What the lock does not reach; the same. */
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
  const facts = { report, recent, others: await readOthers(accounts, machine, context) };
  for (const account of accounts) plans.push(await planLock(account, options, facts, machine, context));
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

/** What is read once for all accounts that are to be locked. */
interface PlanFacts {
  report: SessionReport;
  recent: RecentUse;
  others: Others;
}

async function planLock(
  account: Account,
  options: LockOptions,
  { report, recent, others }: PlanFacts,
  machine: Machine,
  context: Context,
): Promise<PlannedLock> {
  const now = await readAccess(account, {}, context);
  rejectOtherServers(account.name, now);
  const mechanism =
    (options.sshOnly ? undefined : await expiryFor(account, machine, context)) ?? (await denialFor(account, machine));
  const own = sessionsOf(account, report);
  const isLocal = await isTheLocalOne(account, machine);
  const stopped = findStoppable(account, options.stop, machine);
  rejectTooMany(stopped);
  const punished = punishedOthers(account, now, report, recent);
  if (options.exempt && punished.size > 0) await rejectNoReader(machine);
  const reach = await reachOf({ account, mechanism, stopped, isLocal }, others, machine);
  return {
    account,
    mechanism,
    isLocal,
    sessions: own,
    stopped,
    exempt: options.exempt ? [...punished.keys()] : [],
    exemptBefore: now.penaltyExemptions,
    stops: reach.stops,
    stays: [...sessionStays(options, own.length), ...reach.stays],
    notes: [
      ...notesOf(account, now, report, recent, options.exempt ? new Map() : punished),
      ...managerNotes(mechanism, machine),
    ],
  };
}

/** The record of the lock names each of them. @throws NothingDoneError */
function rejectTooMany(stopped: readonly Stopped[]): void {
  if (stopped.length > mostStopped)
    throw new NothingDoneError(
      `There are more than ${String(mostStopped)} at jobs to put aside. Nothing was done.`,
      "Omit --stop-at.",
    );
}

const mostStopped = 200;

/** @throws NothingDoneError */
async function rejectNoReader(machine: Machine): Promise<void> {
  if ((await findReaders([exemptPath], machine)).length > 0) return;
  throw new NothingDoneError(
    "--exempt writes a file in sshd_config.d, which no SSH server includes. Nothing was done.",
    "Omit it.",
  );
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

/** @throws NothingDoneError, FatalError where a server would not read it, or where it would mean others, too. */
async function denialFor(account: Account, machine: Machine): Promise<Mechanism> {
  const paths = await findPlaces(denyPath, machine);
  const pattern = patternOf(account.name);
  const others = await alsoMeant(sshPattern(pattern), account, machine);
  if (others.length > 0)
    throw new NothingDoneError(
      `DenyUsers ${pattern}, which means ${account.name} for every sshd, means ${others.join(", ")} as well. Nothing was done.`,
    );
  return { kind: "deny", pattern, paths };
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

function sessionStays({ kill, everything }: LockOptions, count: number): string[] {
  if (count === 0 || everything) return [];
  return [
    kill ? "what the sessions have left running (nohup, tmux) goes on (--everything ends it, too)" : staysOpen(count),
  ];
}

/** A sentence without its full stop. */
export function staysOpen(count: number): string {
  return `${plural(count, "session")} ${count === 1 ? "stays open, with the access it had" : "stay open, with the access they had"}`;
}
