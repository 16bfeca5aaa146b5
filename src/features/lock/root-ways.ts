/** Who can become root over SSH: the last of them is never locked. */
import type { Context } from "../../cli/context.ts";
import type { Machine } from "../../host/host.ts";
import { listAccounts, listGroups, localAccounts, type Account } from "../../system/accounts.ts";
import type { SshPattern } from "../../system/sshd/pattern.ts";
import { maySudo, sudoList } from "../../system/sudo.ts";
import { readAccess } from "../access/read-access.ts";

/** Groups whose members may usually use sudo: Debian's, Red Hat's, older Ubuntu's. */
const usualGroups = new Set(["sudo", "wheel", "admin"]);

/** So many are asked before nobody is found. */
const mostAsked = 20;

/** What sudo lets others than root and these run, in its own words, by name; of those who are likely to be let do something. */
export async function sudoRights(except: readonly Account[], machine: Machine): Promise<Map<string, string>> {
  const rights = new Map<string, string>();
  for (const account of await candidates(except, machine)) {
    const list = account.uid === 0 ? undefined : await sudoList(account, machine);
    if (list !== undefined) rights.set(account.name, list);
  }
  return rights;
}

/**
 * Looks for an account that is not among these, that a server of this machine lets in for certain, and that is root or may become it
 * by sudo. Accounts of a directory do not count: without the network they may not get in.
 */
export async function findWayToRoot(
  locked: readonly Account[],
  machine: Machine,
  context: Context,
): Promise<Account | undefined> {
  for (const account of await candidates(locked, machine)) {
    if (account.uid !== 0 && !(await maySudo(account, machine))) continue;
    if ((await readAccess(account, {}, context)).answer === "yes") return account;
  }
  return undefined;
}

async function candidates(locked: readonly Account[], machine: Machine): Promise<Account[]> {
  const groups = (await listGroups(machine)).filter(({ name }) => usualGroups.has(name));
  const uids = new Set(locked.map(({ uid }) => uid));
  const local = localAccounts(machine).filter(({ uid }) => !uids.has(uid));
  const isMember = ({ name, gid }: Account) =>
    groups.some((group) => group.gid === gid || group.members.includes(name));
  const roots = local.filter(({ uid }) => uid === 0);
  const likely = local.filter((account) => account.uid !== 0 && isMember(account));
  const others = local
    .filter(({ uid }) => uid >= firstPerson && uid !== nobody)
    .filter((each) => !likely.includes(each));
  return [...roots, ...likely, ...others].slice(0, mostAsked);
}

/** Where uids of people begin: UID_MIN in login.defs(5). */
export const firstPerson = 1000;
const nobody = 65_534;

/** Names that the pattern of a lock would mean as well. */
export async function alsoMeant(pattern: SshPattern, account: Account, machine: Machine): Promise<string[]> {
  const all = await listAccounts(machine);
  return all.filter(({ name }) => name !== account.name && pattern.test(name)).map(({ name }) => name);
}
