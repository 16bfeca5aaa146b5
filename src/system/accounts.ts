import { orUndefined, type Files } from "../host/files/files.ts";
import type { Programs } from "../host/programs/run.ts";

/** Where accounts are looked up. */
export interface AccountPorts {
  files: Files;
  programs: Programs;
}

/** An account with what a login needs, from passwd(5). */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

/** A directory server that is dead must not hang the command. */
const limitMs = 5000;

/** By name or uid; from the local file, else from wherever getent(1) finds it. */
export async function findAccount(nameOrUid: string, ports: AccountPorts): Promise<Account | undefined> {
  const means = ({ name, uid }: Account) => name === nameOrUid || String(uid) === nameOrUid;
  const local = localAccounts(ports);
  return (
    local.find(({ name }) => name === nameOrUid) ??
    local.find(means) ??
    parsePasswd(await askDirectory("passwd", nameOrUid, ports)).find(means)
  );
}

/** Whether somebody has that name: by the local file, by getent(1), or perhaps, where that does not answer. */
export async function mayBeUser(user: string, ports: AccountPorts): Promise<boolean> {
  if (localAccounts(ports).some(({ name }) => name === user)) return true;
  const output = await ports.programs.run("getent", ["passwd", "--", user], limitMs);
  return output?.exitCode !== notFound;
}

/** What getent(1) ends with when a key is in no database. */
const notFound = 2;

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
  const means = ({ name, gid }: Group) => name === nameOrGid || String(gid) === nameOrGid;
  return localGroups(ports).find(means) ?? parseGroups(await askDirectory("group", nameOrGid, ports)).find(means);
}

/** All groups of an account, of a directory, too. */
export async function groupIds({ name, gid }: Account, { programs }: AccountPorts): Promise<number[]> {
  const output = await programs.run("id", ["-G", "--", name], limitMs);
  const gids = output?.exitCode === 0 ? output.stdout.trim().split(/\s+/).map(Number) : [];
  return [...new Set([gid, ...gids])];
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
    return name !== "" && isNumber(gid) ? { name, gid: Number(gid), members: members.split(",").filter(Boolean) } : [];
  });
}

async function askDirectory(database: string, key: string, { programs }: AccountPorts): Promise<string> {
  return (await programs.run("getent", [database, "--", key], limitMs))?.stdout ?? "";
}

/** Broken lines are skipped, as getpwent(3) does. */
function parsePasswd(text: string): Account[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , uid = "", gid = "", , home = "", shell = ""] = line.split(":");
    if (name === "" || name.startsWith("#") || !isNumber(uid) || !isNumber(gid)) return [];
    // passwd(5): without a shell it is /bin/sh.
    return { name, uid: Number(uid), gid: Number(gid), home, shell: shell === "" ? "/bin/sh" : shell };
  });
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
