/** The few names, addresses and keys of many logins, each kept once. */
import type { Auth, AuthMessage } from "../../../domain/auth.ts";
import { combineFactors, type AuthRecord } from "../../../domain/match-auth.ts";

type Key = NonNullable<AuthMessage["key"]>;

export class KnownTexts {
  readonly #texts = new Map<string, string>();
  readonly #keys = new Map<string, Key>();

  /** The same message; what is in it does not keep the line in memory that it was read from. */
  messageOf({ outcome, method, user, peer, key }: AuthMessage): AuthMessage {
    return {
      outcome,
      method: this.#textOf(method),
      user: this.#textOf(user),
      peer: peer && { address: this.#textOf(peer.address), port: peer.port },
      key: key && this.#keyOf(key),
    };
  }

  #textOf(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }

  /** Certificates differ in more than the key. */
  #keyOf(key: Key): Key {
    if (key.certificate !== undefined) return key;
    const known = this.#keys.get(key.fingerprint);
    if (known?.type === key.type) return known;
    this.#keys.set(key.fingerprint, key);
    return key;
  }
}

/** What the records of each of many logins tell together, for logins by the same key once. */
export class KnownAuths {
  readonly #byKey = new Map<Key, Auth>();

  of(records: readonly AuthRecord[]): Auth | undefined {
    const [record] = records;
    const key = record?.message.key;
    if (record === undefined || key === undefined || records.length > 1) return combineFactors(records);
    const known = this.#byKey.get(key);
    if (known?.source === record.source && known.method === record.message.method) return known;
    const auth = combineFactors(records);
    if (auth !== undefined) this.#byKey.set(key, auth);
    return auth;
  }
}
