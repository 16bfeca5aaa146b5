/** What the logs tell of the use of keys, added up while they are read: a busy server has millions of logins. */
import type { AuthMessage } from "../../domain/auth.ts";

/** The logins to one account by one key, or by certificates of one authority. */
export interface KeyUse {
  /** Those that only the daemon itself can have written down. */
  verified: number;
  /** Those that only files tell to which every user can write. */
  unverified: number;
  last: LastLogin | undefined;
}

export interface LastLogin {
  timeMs: number;
  address: string | undefined;
  verified: boolean;
}

export interface LoginHistory {
  /** How far back the journal reaches, in milliseconds since the epoch; undefined where it cannot be read. */
  journalSinceMs: number | undefined;
  /** The same of log files, as far as they tell of the time before. */
  filesSinceMs: number | undefined;
  /** @param fingerprint - of the key, or of the authority that signed a certificate. */
  useOf: (user: string, fingerprint: string) => KeyUse;
  /** The names that were typed at logins with it, in the order of their first login. */
  usersOf: (fingerprint: string) => readonly string[];
}

export const neverUsed: KeyUse = { verified: 0, unverified: 0, last: undefined };

/** A login as a log has it. */
export interface Login {
  message: AuthMessage;
  timeMs: number;
  verified: boolean;
}

export class LoginCounter {
  /** By fingerprint, then by the name that was typed. */
  readonly #uses = new Map<string, Map<string, KeyUse>>();

  add({ message, timeMs, verified }: Login): void {
    const { key, user, peer } = message;
    if (key === undefined) return;
    for (const fingerprint of [key.fingerprint, key.certificate?.ca]) {
      if (fingerprint === undefined) continue;
      const uses = this.#uses.get(fingerprint) ?? new Map<string, KeyUse>();
      const use = uses.get(user) ?? neverUsed;
      const isLater = use.last === undefined || timeMs >= use.last.timeMs;
      this.#uses.set(fingerprint, uses);
      uses.set(user, {
        verified: use.verified + (verified ? 1 : 0),
        unverified: use.unverified + (verified ? 0 : 1),
        last: isLater ? { timeMs, address: peer?.address, verified } : use.last,
      });
    }
  }

  useOf(user: string, fingerprint: string): KeyUse {
    return this.#uses.get(fingerprint)?.get(user) ?? neverUsed;
  }

  usersOf(fingerprint: string): string[] {
    return [...(this.#uses.get(fingerprint)?.keys() ?? [])];
  }
}

/** Both fingerprints of a key mean the same one: which of them is logged is a matter of FingerprintHash. */
export function joinUses(uses: readonly KeyUse[]): KeyUse {
  const lasts = uses.flatMap(({ last }) => last ?? []);
  return {
    verified: uses.reduce((sum, { verified }) => sum + verified, 0),
    unverified: uses.reduce((sum, { unverified }) => sum + unverified, 0),
    last: lasts.toSorted((a, b) => b.timeMs - a.timeMs)[0],
  };
}

/** Since when the logs would tell of a login; undefined where there are none. */
export function reachOf({
  journalSinceMs,
  filesSinceMs,
}: Pick<LoginHistory, "journalSinceMs" | "filesSinceMs">): number | undefined {
  const times = [journalSinceMs ?? [], filesSinceMs ?? []].flat();
  return times.length === 0 ? undefined : Math.min(...times);
}
