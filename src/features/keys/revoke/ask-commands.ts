/** Asks AuthorizedKeysCommand, as sshd does at a login, whether it still supplies a key. */
import { findAccount, type Account } from "../../../system/accounts.ts";
import { parseAuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import { expandKeysCommand } from "../../../system/authorized-keys/keys-command.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import type { RevokeHost } from "../machine.ts";
import type { Inventory, ListedKey } from "../inventory/inventory.ts";
import type { Session } from "../../../domain/session.ts";

/** Why it is not known what a command supplies. */
export type SilenceReason =
  | { kind: "not-root" }
  /** It may be told of the key, of which only the fingerprint is known. */
  | { kind: "no-key" }
  /** sshd runs it only as this user, and there is none. */
  | { kind: "no-user"; user: string | undefined }
  /** It is told of the connection, or is no absolute path. */
  | { kind: "not-askable" }
  /** As the program stands, sshd would not run it either. */
  | { kind: "unsafe"; fault: string }
  | { kind: "late" }
  | { kind: "too-much" }
  | { kind: "problem"; problem: string }
  /** There are more accounts, or there is less time, than for all of them. */
  | { kind: "too-many"; accounts: number };

export interface CommandAnswers {
  /** Each command, and each account for which it supplies one of the keys. */
  served: readonly { command: string; account: Account }[];
  /** The first of each kind and command. */
  silent: readonly { command: string; reason: SilenceReason }[];
}

export const noAnswers: CommandAnswers = { served: [], silent: [] };

const limits = { ms: 5000, bytes: 1024 * 1024 };

/** So many accounts are asked for, and no longer than that. */
const [mostAccounts, mostMs, atOnce] = [256, 30_000, 4];

/** @param accounts - the likeliest first. */
export async function askCommands(
  keys: readonly PublicKey[],
  accounts: readonly Account[],
  { settingsOf }: Inventory,
  host: RevokeHost,
): Promise<CommandAnswers> {
  const questions = accounts.flatMap((account) => {
    const commands = new Map(
      settingsOf(account).flatMap(({ keysCommand, keysCommandUser }): [string, string | undefined][] =>
        keysCommand === undefined ? [] : [[keysCommand, keysCommandUser]],
      ),
    );
    return [...commands].map(([command, user]) => ({ command, user, account }));
  });
  const served: CommandAnswers["served"][number][] = [];
  const silent = new Map<string, CommandAnswers["silent"][number]>();
  const untilMs = host.now() + mostMs;
  const ask = async ({ command, user, account }: (typeof questions)[number]) => {
    const answer = await askCommand(command, user, account, keys, host);
    if (answer === "served") served.push({ command, account });
    else if (answer !== "not-served") silent.set(`${command} ${answer.kind}`, { command, reason: answer });
  };
  let asked = 0;
  while (asked < Math.min(questions.length, mostAccounts) && host.now() < untilMs) {
    const some = questions.slice(asked, asked + atOnce);
    await Promise.all(some.map(ask));
    asked += some.length;
  }
  const [next] = questions.slice(asked);
  if (next !== undefined)
    silent.set("too-many", {
      command: next.command,
      reason: { kind: "too-many", accounts: questions.length - asked },
    });
  return { served, silent: [...silent.values()] };
}

async function askCommand(
  command: string,
  userName: string | undefined,
  account: Account,
  keys: readonly PublicKey[],
  host: RevokeHost,
): Promise<"served" | "not-served" | SilenceReason> {
  if (host.uid !== 0) return { kind: "not-root" };
  if (keys.length === 0) return { kind: "no-key" };
  const user = userName === undefined ? undefined : await findAccount(userName, host);
  if (user === undefined) return { kind: "no-user", user: userName };
  const asked = new Set<string>();
  for (const key of keys) {
    const words = expandKeysCommand(command, account, key);
    const [path] = words ?? [];
    if (words === undefined || path === undefined) return { kind: "not-askable" };
    // Most commands are not told of the key, and answer for all of them.
    if (asked.has(words.join("\0"))) continue;
    asked.add(words.join("\0"));
    const fault = host.hooks.findFault(host.userFiles.realPath(path, rootUser, () => false) ?? path);
    if (fault !== undefined) return { kind: "unsafe", fault };
    const environment = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: user.home, USER: user.name, LOGNAME: user.name };
    const end = await host.userPrograms.run(user, words, environment, limits);
    if (end.kind !== "ended") return end;
    if (holdsKey(end.stdout, keys)) return "served";
  }
  return "not-served";
}

const rootUser = { uid: 0, gid: 0 };

function holdsKey(output: string, keys: readonly PublicKey[]): boolean {
  const fingerprints = new Set(keys.map(({ sha256 }) => sha256));
  return output.split("\n").some((line) => fingerprints.has(parseAuthorizedKey(line)?.key.sha256 ?? ""));
}

/** Of a revocation: first the accounts that the keys opened, then all others. */
export function likeliestFirst(
  places: readonly ListedKey[],
  opened: readonly Session[],
  { accounts }: Inventory,
): Account[] {
  const sessions = new Set(opened.map(({ uid }) => uid));
  return [
    ...new Set([
      ...places.map(({ account }) => account),
      ...accounts.filter(({ uid }) => sessions.has(uid)),
      ...accounts,
    ]),
  ];
}
