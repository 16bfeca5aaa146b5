/** A key in a file, with what it was used for and is used for now. */
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

export function keyRows(
  keys: readonly ListedKey[],
  history: Pick<LoginHistory, "useOf">,
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
      use: joinUses([history.useOf(account.name, key.sha256), history.useOf(account.name, key.md5)]),
      sessions: opened.filter(({ uid, user }) => uid === account.uid && (user === undefined || user === account.name)),
    };
  });
}

/** Both ways to name a key. */
export function fingerprintsOfKey({ sha256, md5 }: PublicKey): string[] {
  return [sha256, md5];
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
