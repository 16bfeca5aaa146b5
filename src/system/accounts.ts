/** Accounts and groups: the local files, and getent(1) and id(1) for directories. Nobody else asks them. */
import { isId, parsePasswd, type Account, type NamedUser, type UserLookup } from "../domain/accounts.ts";
import { orUndefined, type Files } from "../host/files/files.ts";
import type { Programs } from "../host/programs/run.ts";

export type { Account } from "../domain/accounts.ts";

/** Where accounts are looked up. */
export interface AccountPorts {
  files: Files;
  programs: Programs;
}

/** A directory server that is dead must not hang the command. */
const limitMs = 5000;

/** By name or uid, as {@link findUser} understands it. */
export async function findAccount(nameOrUid: string, ports: AccountPorts): Promise<Account | undefined> {
  const found = await lookUp(nameOrUid, ports);
  if (typeof found !== "string") return found;
  return found === "nobody" && isId(nameOrUid) ? accountOfUid(nameOrUid, ports) : undefined;
}

/**
 * Whom the name means. A user whose name is a number is a name first, everywhere; what means nobody may still be a uid.
 */
export async function findUser(name: string, ports: AccountPorts): Promise<NamedUser> {
  const found = await lookUp(name, ports);
  if (typeof found === "string") return { kind: found };
  const others = localAccounts(ports).filter(({ uid, name: other }) => uid === found.uid && other !== found.name);
  return { kind: "account", uid: found.uid, name: found.name, others: others.map((other) => other.name) };
}

/** How many names a directory is asked for on behalf of one command: logs may hold any number of them. */
const mostNames = 256;

/** Remembers the answers, and asks a directory that does not answer no more. */
export function rememberedLookup(ports: AccountPorts): UserLookup {
  const known = new Map<string, NamedUser>();
  let isMute = false;
  return async (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (isMute || known.size >= mostNames) return { kind: "unknown" };
    const user = await findUser(name, ports);
    isMute = user.kind === "unknown";
    if (user.kind !== "unknown") known.set(name, user);
    return user;
  };
}

/** By name alone: the local file first. */
async function lookUp(name: string, ports: AccountPorts): Promise<Account | "nobody" | "unknown"> {
  const local = localAccounts(ports).find((account) => account.name === name);
  if (local !== undefined) return local;
  if (isId(name)) return accountCalledLikeANumber(name, ports);
  const output = await ports.programs.run("getent", ["passwd", "--", name], limitMs);
  // Where there is no getent(1), there is no directory.
  if (output === undefined || output.exitCode === notFound) return "nobody";
  // The account's own name may be another one than the name that was asked for.
  return (output.exitCode === 0 ? parsePasswd(output.stdout)[0] : undefined) ?? "unknown";
}

/** getent(1) takes a number for a uid; id(1) takes it for a name first, and only then for a uid. */
async function accountCalledLikeANumber(name: string, ports: AccountPorts): Promise<Account | "nobody"> {
  const output = await ports.programs.run("id", ["-u", "--", name], limitMs);
  const uid = output?.exitCode === 0 ? output.stdout.trim() : "";
  if (!isId(uid) || Number(uid) === Number(name)) return "nobody";
  return (await accountOfUid(uid, ports)) ?? "nobody";
}

async function accountOfUid(uid: string, ports: AccountPorts): Promise<Account | undefined> {
  const means = (account: Account) => account.uid === Number(uid);
  return localAccounts(ports).find(means) ?? parsePasswd(await askDirectory("passwd", uid, ports)).find(means);
}

/** What getent(1) ends with when a key is in no database. */
const notFound = 2;

/** A list must not wait long for names: without an answer the daemon's own title still names the user. */
const namesLimitMs = 2000;

/** Those accounts of these uids and names that a directory knows; undefined where none can be asked. */
export async function accountsOf(
  keys: readonly string[],
  { programs }: Pick<AccountPorts, "programs">,
): Promise<Account[] | undefined> {
  const output = await programs.run("getent", ["passwd", "--", ...keys], namesLimitMs);
  return output === undefined ? undefined : parsePasswd(output.stdout);
}

/** Those that getent(1) lists, in its order. A directory may be set up to list none of its own. */
export async function listAccounts(ports: AccountPorts): Promise<Account[]> {
  const output = await ports.programs.run("getent", ["passwd"], listLimitMs);
  return output?.exitCode === 0 ? parsePasswd(output.stdout) : localAccounts(ports);
}

/** A directory may have many thousands. */
const listLimitMs = 20_000;

/** The accounts of /etc/passwd. */
export function localAccounts({ files }: Pick<AccountPorts, "files">): Account[] {
  return parsePasswd(orUndefined(files.read("/etc/passwd")) ?? "");
}

export interface Group {
  name: string;
  gid: number;
  /** Those that group(5) names; who has it as the first group is not among them. */
  members: readonly string[];
}

/** Those that getent(1) lists. */
export async function listGroups(ports: AccountPorts): Promise<Group[]> {
  const output = await ports.programs.run("getent", ["group"], listLimitMs);
  return output?.exitCode === 0 ? parseGroups(output.stdout) : localGroups(ports);
}

/** By name or gid; from the local file, else from wherever getent(1) finds it. */
export async function findGroup(nameOrGid: string, ports: AccountPorts): Promise<Group | undefined> {
  const local = localGroups(ports);
  return (
    local.find(({ name }) => name === nameOrGid) ??
    local.find(({ gid }) => String(gid) === nameOrGid) ??
    parseGroups(await askDirectory("group", nameOrGid, ports))[0]
  );
}

/** All groups of an account, of a directory, too. */
export async function groupIds({ name, gid }: Account, { programs }: AccountPorts): Promise<number[]> {
  const output = await programs.run("id", ["-G", "--", name], limitMs);
  const gids = output?.exitCode === 0 ? output.stdout.trim().split(/\s+/).map(Number) : [];
  return [...new Set([gid, ...gids])];
}

/**
 * Who is a member of a group, by name or as the first group, as far as getent(1) lists accounts.
 *
 * @returns undefined where there is no such group.
 */
export async function membersOf(nameOrGid: string, ports: AccountPorts): Promise<Account[] | undefined> {
  const group = await findGroup(nameOrGid, ports);
  if (group === undefined) return undefined;
  const all = await listAccounts(ports);
  const isMember = ({ name, gid }: Account) => gid === group.gid || group.members.includes(name);
  const known = all.filter(isMember);
  // A directory may list none of its own.
  const others = group.members.filter((name) => !all.some((account) => account.name === name));
  const found = await Promise.all(others.map(async (name) => findAccount(name, ports)));
  return [...known, ...found.flatMap((account) => account ?? [])];
}

/** The groups of an account by /etc/group. */
export function localGroupNames({ name, gid }: Account, ports: AccountPorts): string[] {
  return localGroups(ports).flatMap((group) => (group.gid === gid || group.members.includes(name) ? group.name : []));
}

function localGroups({ files }: Pick<AccountPorts, "files">): Group[] {
  return parseGroups(orUndefined(files.read("/etc/group")) ?? "");
}

function parseGroups(text: string): Group[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":");
    return name !== "" && isId(gid) ? { name, gid: Number(gid), members: members.split(",").filter(Boolean) } : [];
  });
}

async function askDirectory(database: string, key: string, { programs }: AccountPorts): Promise<string> {
  return (await programs.run("getent", [database, "--", key], limitMs))?.stdout ?? "";
}
