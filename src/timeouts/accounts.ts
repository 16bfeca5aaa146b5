import { orUndefined } from "../os/files.ts";
import type { TimeoutHost } from "./host.ts";

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
export async function findAccount(nameOrUid: string, host: TimeoutHost): Promise<Account | undefined> {
  const means = ({ name, uid }: Account) => name === nameOrUid || String(uid) === nameOrUid;
  const local = localAccounts(host);
  return (
    local.find(({ name }) => name === nameOrUid) ??
    local.find(means) ??
    parsePasswd(await askDirectory("passwd", nameOrUid, host)).find(means)
  );
}

/** The accounts of /etc/passwd. */
export function localAccounts({ files }: TimeoutHost): Account[] {
  return parsePasswd(orUndefined(files.read("/etc/passwd")) ?? "");
}

export interface Group {
  name: string;
  gid: number;
  /** Those that group(5) names; who has it as the first group is not among them. */
  members: readonly string[];
}

/** By name or gid; from the local file, else from wherever getent(1) finds it. */
export async function findGroup(nameOrGid: string, host: TimeoutHost): Promise<Group | undefined> {
  const means = ({ name, gid }: Group) => name === nameOrGid || String(gid) === nameOrGid;
  return localGroups(host).find(means) ?? parseGroups(await askDirectory("group", nameOrGid, host)).find(means);
}

/** All groups of an account, of a directory, too. */
export async function groupIds({ name, gid }: Account, { programs }: TimeoutHost): Promise<number[]> {
  const output = await programs.run("id", ["-G", "--", name], limitMs);
  const gids = output?.exitCode === 0 ? output.stdout.trim().split(/\s+/).map(Number) : [];
  return [...new Set([gid, ...gids])];
}

/** The groups of an account by /etc/group. */
export function localGroupNames({ name, gid }: Account, host: TimeoutHost): string[] {
  return localGroups(host).flatMap((group) => (group.gid === gid || group.members.includes(name) ? group.name : []));
}

function localGroups({ files }: TimeoutHost): Group[] {
  return parseGroups(orUndefined(files.read("/etc/group")) ?? "");
}

function parseGroups(text: string): Group[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":");
    return name !== "" && isNumber(gid) ? { name, gid: Number(gid), members: members.split(",").filter(Boolean) } : [];
  });
}

async function askDirectory(database: string, key: string, { programs }: TimeoutHost): Promise<string> {
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
