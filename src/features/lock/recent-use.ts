/** Who shares an account, and who shares an address with it: by the sessions that are open, and by what the journal tells. */
import { isOfUserHere, type Session } from "../../domain/session.ts";
import type { Machine } from "../../host/host.ts";
import { eachJournalLogin } from "../../system/logs/login-history.ts";

const dayMs = 86_400_000;
export const keyDays = 30;
export const addressDays = 7;

export interface RecentUse {
  /** Fingerprints of the keys by which somebody has logged in to an account of this name. */
  keysOf: (name: string) => ReadonlySet<string>;
  /** The addresses from which that happened lately. */
  addressesOf: (name: string) => ReadonlySet<string>;
  /** The names of all who have logged in from there lately. */
  usersAt: (address: string) => ReadonlySet<string>;
}

/** More are not needed for a warning; a busy server has millions of logins. */
const mostEach = 100;
const mostAddresses = 100_000;

/** Of names as they were typed. Where the journal cannot be read, nobody is known. */
export async function readRecentUse(machine: Pick<Machine, "programLines" | "now">): Promise<RecentUse> {
  const keys = new Map<string, Set<string>>();
  const addresses = new Map<string, Set<string>>();
  const users = new Map<string, Set<string>>();
  const [keysSinceMs, addressesSinceMs] = [keyDays, addressDays].map((days) => machine.now() - days * dayMs);
  await eachJournalLogin(
    ({ message: { user, key, peer }, timeMs }) => {
      if (key !== undefined) note(keys, user, key.fingerprint);
      if (peer === undefined || timeMs < (addressesSinceMs ?? 0)) return;
      note(addresses, user, peer.address);
      note(users, peer.address, user);
    },
    machine,
    [`--since=@${String(Math.floor((keysSinceMs ?? 0) / 1000))}`],
  );
  const of = (all: ReadonlyMap<string, ReadonlySet<string>>) => (name: string) => all.get(name) ?? new Set<string>();
  return { keysOf: of(keys), addressesOf: of(addresses), usersAt: of(users) };
}

function note(all: Map<string, Set<string>>, of: string, what: string): void {
  const known = all.get(of) ?? new Set();
  if (known.size >= mostEach || (known.size === 0 && all.size >= mostAddresses)) return;
  all.set(of, known.add(what));
}

/** An account, and all sessions of the machine. */
interface Asked {
  name: string;
  uid: number;
  /** Other names of the same uid. */
  otherNames: readonly string[];
  sessions: readonly Session[];
}

/** Fingerprints of the keys that are in use now, or have been. */
export function keysInUse({ name, uid, otherNames, sessions }: Asked, recent: RecentUse): string[] {
  const now = sessions.flatMap((session) =>
    session.uid === uid && isOfUserHere(session) ? (session.auth?.key?.fingerprint ?? []) : [],
  );
  return [...new Set([...now, ...[name, ...otherNames].flatMap((each) => [...recent.keysOf(each)])])];
}

/** Addresses of the account from which others come, too, and who they are. */
export function sharedAddresses(
  { name, uid, otherNames, sessions }: Asked,
  recent: RecentUse,
): Map<string, readonly string[]> {
  const here = sessions.filter(isOfUserHere);
  const names = [name, ...otherNames];
  const own = new Set([
    ...here.flatMap((session) => (session.uid === uid ? (session.peer?.address ?? []) : [])),
    ...names.flatMap((each) => [...recent.addressesOf(each)]),
  ]);
  const shared = new Map<string, readonly string[]>();
  for (const address of own) {
    const now = here.filter((session) => session.uid !== uid && session.peer?.address === address);
    const others = new Set([...now.flatMap(({ user }) => user ?? []), ...recent.usersAt(address)]);
    const left = [...others].filter((each) => !names.includes(each));
    if (left.length > 0) shared.set(address, left);
  }
  return shared;
}
