/** What the books of the machine add to what logs tell: terminals, sessions of logind, and logins of the time before the logs. Pure. */
import type { BookEntry } from "../../../system/logs/login-book.ts";
import { groupBy } from "../../../domain/group-by.ts";
import type { Connection } from "./connection.ts";

/** Servers write into their books a moment before or after their logs. */
const nearMs = 2000;

/**
 * @param connections - with logins of their own, in the order of these.
 * @param beforeMs - what logs do not tell of is a connection of its own where it was before.
 */
export function joinBook(
  connections: readonly Connection[],
  entries: readonly BookEntry[],
  beforeMs: number,
): Connection[] {
  const index = new ConnectionIndex(connections);
  const added = new Map<Connection, BookEntry[]>();
  const alone: BookEntry[] = [];
  for (const entry of entries) {
    const fits = index.near(entry).filter((connection) => isOf(entry, connection));
    const [only] = fits;
    // A book without process IDs tells nothing of one of two who came at the same moment.
    if (only !== undefined && fits.length === 1) added.set(only, [...(added.get(only) ?? []), entry]);
    else if (fits.length === 0 && entry.loginMs < beforeMs) alone.push(entry);
  }
  const joined = connections.map((connection) => withEntries(connection, added.get(connection) ?? []));
  return alone.length === 0 ? joined : inOrder([...joined, ...connectionsOf(alone)]);
}

/** Finds the few connections that an entry may be of, whatever the number of both. */
class ConnectionIndex {
  readonly #byPid: Map<string, Connection[]>;
  readonly #byTime: Map<string, Connection[]>;

  constructor(connections: readonly Connection[]) {
    this.#byPid = groupBy(connections, ({ user, pid }) => `${String(pid)} ${user ?? ""}`);
    this.#byTime = groupBy(connections, ({ user, loginMs = 0 }) => `${String(slotOf(loginMs))} ${user ?? ""}`);
  }

  near({ pid, user, loginMs }: BookEntry): Connection[] {
    const slot = slotOf(loginMs);
    const slots = [slot - 1, slot, slot + 1].flatMap((each) => this.#byTime.get(`${String(each)} ${user}`) ?? []);
    return pid === undefined ? slots : [...new Set([...(this.#byPid.get(`${String(pid)} ${user}`) ?? []), ...slots])];
  }
}

function slotOf(timeMs: number): number {
  return Math.floor(timeMs / nearMs);
}

/** Further terminals of a connection may be opened as long as it lasts. */
function isOf(entry: BookEntry, { pid, user, peer, loginMs, endMs, endedByMs }: Connection): boolean {
  if (loginMs === undefined || entry.loginMs < loginMs - nearMs) return false;
  if (entry.address !== undefined && peer !== undefined && entry.address !== peer.address) return false;
  // Up to OpenSSH 9.7, the process that stands in the books for root is another one.
  const isPidTelling = entry.pid !== undefined && pid !== undefined && !(user === "root" && entry.pid !== pid);
  if (!isPidTelling) return entry.loginMs <= loginMs + nearMs;
  const latestMs = endMs ?? endedByMs ?? Number.POSITIVE_INFINITY;
  return entry.pid === pid && entry.loginMs <= Math.max(latestMs, loginMs) + nearMs;
}

/** Of an open one, the list knows more. */
function withEntries(connection: Connection, entries: readonly BookEntry[]): Connection {
  if (entries.length === 0 || connection.ending === "open") return connection;
  const ttys = [...new Set([...(connection.ttys ?? []), ...entries.flatMap(({ tty }) => tty ?? [])])];
  return {
    ...connection,
    ttys: ttys.length === 0 ? connection.ttys : ttys,
    uid: connection.uid ?? entries[0]?.uid,
    logindSession: connection.logindSession ?? entries[0]?.logindSession,
    sources: [...new Set([...connection.sources, ...entries.map(({ source }) => source)])],
  };
}

/** Several terminals of one connection are one row. */
function connectionsOf(entries: readonly BookEntry[]): Connection[] {
  const all: Connection[] = [];
  const last = new Map<string, number>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.pid, entry.user]);
    const index = entry.pid === undefined ? undefined : last.get(key);
    const before = index === undefined ? undefined : all[index];
    if (index !== undefined && before !== undefined && isOf(entry, before)) {
      const joined = withEntries(before, [entry]);
      const endMs =
        before.endMs === undefined || entry.logoutMs === undefined ? undefined : Math.max(before.endMs, entry.logoutMs);
      all[index] = { ...joined, endMs, durationMs: durationOf(joined.loginMs, endMs) };
      continue;
    }
    last.set(key, all.length);
    all.push(connectionOf(entry));
  }
  return all;
}

/** Of the port of the other side, the key and the way it ended, books know nothing. */
function connectionOf(entry: BookEntry): Connection {
  const { pid, user, uid, address, tty, logindSession, loginMs, logoutMs, overByMs, source, isVerified } = entry;
  return {
    pid,
    user,
    uid,
    logindSession,
    loginMs,
    boot: undefined,
    identity: undefined,
    server: undefined,
    peer: address === undefined ? undefined : { address, port: 0 },
    local: undefined,
    auth: undefined,
    ttys: tty === undefined ? undefined : [tty],
    endMs: logoutMs,
    endedByMs: logoutMs === undefined ? overByMs : undefined,
    durationMs: durationOf(loginMs, logoutMs),
    ending: "unknown",
    isEndingVerified: isVerified,
    signal: undefined,
    killedBy: undefined,
    sources: [source],
  };
}

function durationOf(loginMs: number | undefined, endMs: number | undefined): number | undefined {
  return loginMs === undefined || endMs === undefined ? undefined : Math.max(0, endMs - loginMs);
}

/** Logins of which the time is not known come first. */
function inOrder(connections: readonly Connection[]): Connection[] {
  return connections.toSorted((a, b) => (a.loginMs ?? 0) - (b.loginMs ?? 0));
}
