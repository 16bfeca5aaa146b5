/** A history that tells what happened and not who it was: names, addresses and keys become "user1", "address1", "key1". Pure. */
import type { Endpoint } from "../../domain/address.ts";
import type { Auth } from "../../domain/auth.ts";
import type { AttemptCount } from "./attempts.ts";
import type { Row } from "./choose.ts";
import type { Connection, Killer } from "./join/connection.ts";

/** The same for the same thing throughout one report. root is no person, and stays. */
export class Pseudonyms {
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  of(kind: "user" | "address" | "key", text: string): string {
    if (kind === "user" && text === "root") return text;
    const key = `${kind} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#known.set(key, `${kind}${String(count)}`);
    return `${kind}${String(count)}`;
  }
}

export function withPseudonyms<Each extends Row>(rows: readonly Each[], names: Pseudonyms): Each[] {
  return rows.map((row) => ({ ...row, connection: hideConnection(row.connection, names) }));
}

/** What points to a person in other ways goes, too: the uid, and the reason, which is any text. */
function hideConnection(connection: Connection, names: Pseudonyms): Connection {
  const { user, uid, peer, local, auth, killedBy } = connection;
  return {
    ...connection,
    user: (user ?? uid === undefined) ? user && names.of("user", user) : names.of("user", String(uid)),
    uid: uid === 0 ? uid : undefined,
    peer: hideEndpoint(peer, names),
    local: hideEndpoint(local, names),
    auth: hideAuth(auth, names),
    killedBy: hideKiller(killedBy, names),
  };
}

function hideEndpoint(endpoint: Endpoint | undefined, names: Pseudonyms): Endpoint | undefined {
  return endpoint && { ...endpoint, address: names.of("address", endpoint.address) };
}

function hideAuth(auth: Auth | undefined, names: Pseudonyms): Auth | undefined {
  if (auth?.key === undefined) return auth;
  const { type, fingerprint } = auth.key;
  return {
    ...auth,
    key: { type, fingerprint: names.of("key", fingerprint), certificate: undefined, comment: undefined },
  };
}

/** "root (logged in as alice)" has two names. */
function hideKiller(killer: Killer | undefined, names: Pseudonyms): Killer | undefined {
  if (killer === undefined || killer.caller === "systemd") return killer;
  const [, caller = killer.caller, login] = /^(.*?)(?: \(logged in as (.*)\))?$/s.exec(killer.caller) ?? [];
  const as = login === undefined ? "" : ` (logged in as ${names.of("user", login)})`;
  return { ...killer, caller: `${names.of("user", caller)}${as}`, reason: undefined };
}

export function attemptsWithPseudonyms(counts: readonly AttemptCount[], names: Pseudonyms): AttemptCount[] {
  return counts.map((count) => ({
    ...count,
    from: count.from === undefined ? undefined : names.of("address", count.from),
    user: count.user === undefined ? undefined : names.of("user", count.user),
  }));
}
