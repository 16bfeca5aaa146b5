/** Whom a limit for everybody spares, in words: which exceptions come and go with a new one, and the command that adds one more. */
import { quoteWord } from "../../../domain/command-line.ts";
import { findAccount, findGroup } from "../../../system/accounts.ts";
import type { SetRequest } from "../limits/mechanism.ts";
import type { TimeoutHost } from "../machine.ts";
import type { ShellLimit } from "./tmout-text.ts";

export function membersOf(group: string): string {
  return `members of ${group}`;
}

/** "all users except root"; whether it is for root, too, is never left open. */
export function whomText({ exemptUids, exempted }: Pick<SetRequest, "exemptUids" | "exempted">): string {
  if (exempted.length === 0) return "all users, including root,";
  const except = `all users except ${exempted.join(", ")}`;
  return exemptUids.includes(0) ? except : `${except} (root is not excepted)`;
}

/** A sentence for each exception that comes or goes where a limit takes the place of another. */
export async function exceptionChanges(
  old: ShellLimit | undefined,
  request: Pick<SetRequest, "exemptUids" | "exemptGids">,
  host: TimeoutHost,
): Promise<string[]> {
  if (old === undefined) return [];
  const users = async (uids: readonly number[]) => Promise.all(uids.map(async (uid) => userName(uid, host)));
  const groups = async (gids: readonly number[]) => Promise.all(gids.map(async (gid) => groupName(gid, host)));
  const gone = [
    ...(await users(without(old.exemptUids, request.exemptUids))).map((name) => `${name} is`),
    ...(await groups(without(old.exemptGids, request.exemptGids))).map((name) => `The ${name} are`),
  ];
  const come = [
    ...(await users(without(request.exemptUids, old.exemptUids))).map((name) => `${name} is`),
    ...(await groups(without(request.exemptGids, old.exemptGids))).map((name) => `The ${name} are`),
  ];
  return [
    ...gone.map((who) => `${who} no longer excepted: the limit applies there, too.`),
    ...come.map((who) => `${who} now excepted.`),
  ];
}

/** The command that asks for a limit again, with one more exception. */
export function alsoExcepting(name: string, { commandLine }: ShellLimit): string {
  return `${commandLine} --except-user ${quoteWord(name)}`;
}

function without(all: readonly number[], others: readonly number[]): number[] {
  return all.filter((each) => !others.includes(each));
}

async function userName(uid: number, host: TimeoutHost): Promise<string> {
  return (await findAccount(String(uid), host))?.name ?? `uid ${String(uid)}`;
}

async function groupName(gid: number, host: TimeoutHost): Promise<string> {
  return membersOf((await findGroup(String(gid), host))?.name ?? `gid ${String(gid)}`);
}
