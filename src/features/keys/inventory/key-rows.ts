/** A key in a file, with what it was used for and is used for now. */
import type { Account, UserLookup } from "../../../domain/accounts.ts";
import type { Session } from "../../../domain/session.ts";
import type { ListedKey } from "./inventory.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import { joinUses, type KeyUse, type LoginHistory } from "../../../system/logs/login-counter.ts";

export interface KeyRow {
  listed: ListedKey;
  use: KeyUse;
  /** Open ones of the account that the key has opened, as far as a log tells; not every log is proof. */
  sessions: readonly Session[];
}

/** @param typed - the uids of names in the history that no listed account has. */
export function keyRows(
  keys: readonly ListedKey[],
  history: Pick<LoginHistory, "useOf" | "usersOf">,
  typed: ReadonlyMap<string, number>,
  sessions: readonly Session[],
): KeyRow[] {
  const byKey = new Map<string, Session[]>();
  for (const session of sessions)
    for (const fingerprint of fingerprintsOf(session)) {
      const opened = byKey.get(fingerprint);
      if (opened === undefined) byKey.set(fingerprint, [session]);
      else opened.push(session);
    }
  return keys.map((listed) => {
    const { account, key } = listed;
    const opened = [...(byKey.get(key.sha256) ?? []), ...(byKey.get(key.md5) ?? [])];
    return {
      listed,
      use: joinUses([key.sha256, key.md5].flatMap((fingerprint) => usesOf(account, fingerprint, history, typed))),
      sessions: opened.filter(({ uid, user }) => uid === account.uid && (user === undefined || user === account.name)),
    };
  });
}

/** Both ways to name a key. */
export function fingerprintsOfKey({ sha256, md5 }: PublicKey): string[] {
  return [sha256, md5];
}

function usesOf(
  { name, uid }: Account,
  fingerprint: string,
  history: Pick<LoginHistory, "useOf" | "usersOf">,
  typed: ReadonlyMap<string, number>,
): KeyUse[] {
  return history
    .usersOf(fingerprint)
    .filter((user) => user === name || typed.get(user) === uid)
    .map((user) => history.useOf(user, fingerprint));
}

/** Asks the directory whom the names mean that were typed at logins with these keys, and that no account has. */
export async function findTyped(
  keys: readonly ListedKey[],
  accounts: readonly Account[],
  history: Pick<LoginHistory, "usersOf">,
  findUser: UserLookup,
): Promise<Map<string, number>> {
  const fingerprints = new Set(keys.flatMap(({ key }) => [key.sha256, key.md5]));
  const names = new Set([...fingerprints].flatMap((fingerprint) => history.usersOf(fingerprint)));
  for (const { name } of accounts) names.delete(name);
  const uids = new Map<string, number>();
  for (const name of names) {
    const user = await findUser(name);
    if (user.kind === "account") uids.set(name, user.uid);
  }
  return uids;
}

/** The key of a login, and the authority of its certificate. */
export function fingerprintsOf({ auth }: Session): string[] {
  return [auth?.key?.fingerprint ?? [], auth?.key?.certificate?.ca ?? []].flat();
}

/**
 * Whether nobody has logged in with a key for so long. Where the logs do not reach back that far, "not seen" is not "unused".
 *
 * @param reachMs - since when the logs tell, in milliseconds since the epoch.
 * @returns undefined where that cannot be told; so it is, too, where only a file tells of a login that anybody can write to.
 */
export function isUnused(
  { use, sessions }: KeyRow,
  seconds: number,
  reachMs: number | undefined,
  nowMs: number,
): boolean | undefined {
  if (sessions.length > 0) return false;
  const sinceMs = nowMs - seconds * 1000;
  if (use.last !== undefined && use.last.timeMs > sinceMs) return use.last.verified ? false : undefined;
  return reachMs !== undefined && reachMs <= sinceMs ? true : undefined;
}
