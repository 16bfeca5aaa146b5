/** The few names, addresses and keys of many logins, each kept once. */
import type { AuthMessage } from "../../../domain/auth.ts";

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
