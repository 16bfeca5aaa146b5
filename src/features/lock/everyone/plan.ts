/** Everything that is decided before everyone is locked. Nothing is changed here. */
import type { Context } from "../../../cli/context.ts";
import { isOfUserHere, type Session, type SessionReport } from "../../../domain/session.ts";
import { DeclinedError, NothingDoneError } from "../../../errors.ts";
import type { Machine } from "../../../host/host.ts";
import { findAccount, listAccounts, localAccounts, type Account } from "../../../system/accounts.ts";
import { readCaller } from "../../../system/caller.ts";
import { protectedError, type ProtectedEntry, type Protection } from "../../../system/protected/read-protected.ts";
import { sshPattern } from "../../../system/sshd/pattern.ts";
import { findReach, testAll } from "../../../system/sshd/reach.ts";
import { readAccess, type AccessReport } from "../../access/read-access.ts";
import { patternOf } from "../deny-file.ts";
import { isRefusedBy } from "../hold.ts";
import { knownAccount, rejectOtherServers, type LockOptions } from "../plan.ts";
import { firstPerson } from "../root-ways.ts";
import { maySudo } from "../../../system/sudo.ts";
import { rejectNoTimer } from "../timer.ts";
import { everyonePath, everyonePattern } from "./file.ts";
import { readEveryone, type EveryoneRecord } from "../../../system/locks/everyone-record.ts";

export interface EveryoneOptions extends LockOptions {
  /** Names or uids. */
  except: readonly string[];
  /** For whoever is locked out. */
  message: string | undefined;
}

export interface EveryonePlan {
  except: readonly Account[];
  /** One of them, who certainly gets in and may become root. */
  way: Account;
  sessions: readonly Session[];
  notes: readonly string[];
}

/** @throws UsageError, NothingFoundError, NothingDoneError, DeclinedError, FatalError: nothing is done then. */
export async function planEveryone(
  options: EveryoneOptions,
  protection: Protection,
  report: SessionReport,
  machine: Machine,
  context: Context,
): Promise<EveryonePlan> {
  if (options.forSeconds !== undefined) rejectNoTimer(machine);
  if (readEveryone(machine) !== undefined)
    throw new NothingDoneError("Everyone is locked already. Nothing was done.", '"sshctl locks" proves it again.');
  rejectUnexceptable(protection);
  const all = await listAccounts(machine);
  const named: Account[] = [];
  for (const name of options.except) named.push(await knownAccount(name, machine));
  const except = distinct([...named, ...(await callers(machine)), ...(await protectedAccounts(all, protection))]);
  const way = await findWay(except, machine, context);
  rejectOtherServers("everyone", await readAccess(way, {}, context));
  const { reached, warnings } = await findReach(machine);
  const [first] = warnings;
  if (first !== undefined) throw new NothingDoneError(`Not everyone can be locked: ${first}. Nothing was done.`);
  await testAll(reached, machine);
  const uids = new Set(except.map(({ uid }) => uid));
  const sessions = report.sessions.filter((session) => isOfUserHere(session) && isLocked(session, uids));
  return { except, way, sessions, notes: notesOf(except, all) };
}

export function isLocked({ uid }: Pick<Session, "uid">, except: ReadonlySet<number>): boolean {
  return uid !== undefined && !except.has(uid);
}

/** A block of sshd's knows neither keys nor, without further ado, networks. @throws DeclinedError */
function rejectUnexceptable({ others }: Protection): void {
  const [entry] = others;
  if (entry !== undefined) throw refusal(entry);
}

function refusal(entry: ProtectedEntry): DeclinedError {
  return protectedError(`only users can be excepted, and who comes by ${entry.name}`, "lock everyone", entry);
}

/** Whoever runs this, and whoever has logged in to do so. */
async function callers(machine: Machine): Promise<Account[]> {
  const { uid, login } = readCaller(machine.files);
  const found: Account[] = [];
  for (const each of login === undefined ? [uid] : [uid, login.uid]) {
    const account = await findAccount(String(each), machine);
    if (account !== undefined) found.push(account);
  }
  return found;
}

async function protectedAccounts(all: readonly Account[], protection: Protection): Promise<Account[]> {
  const found: Account[] = [];
  for (const account of all) if ((await protection.ofAccount(account)) !== undefined) found.push(account);
  return found;
}

function distinct(accounts: readonly Account[]): Account[] {
  return [...new Map(accounts.map((account) => [account.name, account])).values()];
}

/** @throws DeclinedError where nobody is left who can end the lock. */
async function findWay(except: readonly Account[], machine: Machine, context: Context): Promise<Account> {
  const local = new Set(localAccounts(machine).map(({ name }) => name));
  for (const account of except) {
    // Without the network an account of a directory may not get in.
    if (!local.has(account.name) || (account.uid !== 0 && !(await maySudo(account, machine)))) continue;
    if ((await readAccess(account, {}, context)).answer === "yes") return account;
  }
  const names = except.map(({ name }) => name).join(", ");
  throw new DeclinedError(
    `Nothing was done: of those who are excepted (${names}) none is certain to get in and become root.`,
    "Except one who is, with --except-user; see who could with sshctl access.",
  );
}

function notesOf(except: readonly Account[], all: readonly Account[]): string[] {
  const names = new Set(except.map(({ name }) => name));
  return except.flatMap(({ name }) => {
    const pattern = sshPattern(patternOf(name));
    const also = all.filter((other) => !names.has(other.name) && pattern.test(other.name));
    return also.map((other) => `${other.name} is not locked either: for sshd its name is like ${name}`);
  });
}

/**
 * Whether every server refuses, for the block alone, one whom it is to refuse, and lets the way to root in.
 *
 * @returns what is wrong, for people.
 */
export async function findFaults(
  except: EveryoneRecord["except"],
  machine: Machine,
  context: Context,
): Promise<string[]> {
  const uids = new Set(except.map(({ uid }) => uid));
  const others = localAccounts(machine).filter((account) => isLocked(account, uids));
  const probe = others.find(({ uid }) => uid >= firstPerson) ?? others[0];
  if (probe === undefined) return [];
  const { servers }: AccessReport = await readAccess(probe, {}, context);
  return servers
    .filter((server) => !isRefusedBy(server, { kind: "deny", pattern: everyonePattern, paths: [everyonePath] }))
    .map(({ name }) => `${name} does not refuse ${probe.name}`);
}
