/** The options that say whom a limit is for and by which means: the same for set and unset. */
import { PermissionError, UsageError } from "../../errors.ts";
import { findAccount, findGroup, type Account, type Group } from "../../system/accounts.ts";
import type { TimeoutHost } from "./machine.ts";
import type { Scope } from "./limits/mechanism.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { unknownGroup, unknownUser } from "../../cli/unknown-names.ts";
import { oneOf, single } from "../../cli/values.ts";

const group = "Select";

export const mechanisms = ["shell", "sshd"] as const;
export type MechanismName = (typeof mechanisms)[number];

export const userOption = {
  user: { group, alias: "u", value: "NAME", offer: "accounts", describe: "this user instead of yourself (root only)" },
} satisfies OptionTable;

export const scopeOptions = {
  ...userOption,
  global: { group, describe: "all users, including root (root only)" },
  group: {
    group,
    value: "NAME",
    offer: "groups",
    describe: "the members of this group; only with --via sshd, OpenSSH 10.5",
  },
} satisfies OptionTable;

export const nameReader = { read: (text: string) => text, allowed: "a name or a number" };

export interface GivenScope {
  via: MechanismName;
  user: string | undefined;
  group: string | undefined;
  global: boolean;
}

/** @throws UsageError for options that contradict each other. */
export function parseScope(given: GivenOptions): GivenScope {
  const via = single(given, "via", oneOf(mechanisms)) ?? "shell";
  const user = single(given, "user", nameReader);
  const group = single(given, "group", nameReader);
  const global = given.flag("global");
  const scopes = [user && "--user", group && "--group", global && "--global"].filter(Boolean);
  if (scopes.length > 1) throw new UsageError(`${scopes.join(" and ")} cannot be combined.`, "Choose one.");
  if (via === "sshd" && scopes.length === 0)
    throw new UsageError(
      "--via sshd needs to know for whom the limit is.",
      "Add --global for all users, --user NAME for one user, or --group NAME for the members of a group.",
    );
  if (via === "shell" && group !== undefined)
    throw new UsageError("--group works only with --via sshd.", "For shells, use --global --except-group.");
  return { via, user, group, global };
}

/** @throws NothingFoundError for names that nobody has, PermissionError where only root may. */
export async function findScope(
  { via, user, group, global }: GivenScope,
  host: TimeoutHost,
  isDryRun: boolean,
): Promise<Scope> {
  const isOwn = via === "shell" && !global && user === undefined;
  if (isOwn) return { kind: "user", account: await accountOf(String(host.uid), host) };
  const scope = await otherScope({ user, group }, host);
  const needsRoot = via === "sshd" || scope.kind !== "user" || scope.account.uid !== host.uid;
  if (needsRoot && host.uid !== 0 && !isDryRun)
    throw new PermissionError(
      `Only root may change limits for ${scopeName(scope)}. Nothing is changed.`,
      "Run it with sudo.",
    );
  return scope;
}

async function otherScope({ user, group }: Pick<GivenScope, "user" | "group">, host: TimeoutHost): Promise<Scope> {
  if (user !== undefined) return { kind: "user", account: await accountOf(user, host) };
  if (group === undefined) return { kind: "global" };
  return { kind: "group", group: await groupOf(group, host) };
}

/** @throws NothingFoundError */
export async function groupOf(group: string, host: TimeoutHost): Promise<Group> {
  const found = await findGroup(group, host);
  if (found === undefined) throw await unknownGroup(group, host);
  return found;
}

/** @throws NothingFoundError */
export async function accountOf(user: string, host: TimeoutHost): Promise<Account> {
  const account = await findAccount(user, host);
  if (account === undefined) throw await unknownUser(user, host);
  return account;
}

/** For sentences. */
export function scopeName(scope: Scope): string {
  switch (scope.kind) {
    case "global":
      return "all users";
    case "user":
      return scope.account.name;
    case "group":
      return `the group ${scope.group.name}`;
  }
}

/** The options that mean this scope. */
export function scopeWords(scope: Scope): string[] {
  switch (scope.kind) {
    case "global":
      return ["--global"];
    case "user":
      return ["--user", scope.account.name];
    case "group":
      return ["--group", scope.group.name];
  }
}
