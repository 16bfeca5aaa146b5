import { indexAccounts, joinAccounts } from "../domain/accounts.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Programs } from "../host/programs/run.ts";
import { accountsOf } from "../system/accounts.ts";

/**
 * Adds the accounts that are in no local file (LDAP, Active Directory), by one question for all the uids that are logged in, and all
 * names that are logging in.
 */
export async function addDirectoryAccounts(snapshot: Snapshot, programs: Programs): Promise<Snapshot> {
  const keys = [...unnamedUids(snapshot).map(String), ...unlistedNames(snapshot)];
  const found = keys.length === 0 ? undefined : await accountsOf(keys, { programs });
  return found === undefined
    ? snapshot
    : { ...snapshot, accounts: joinAccounts(snapshot.accounts, indexAccounts(found)) };
}

function unnamedUids({ servers, uids, accounts }: Snapshot): number[] {
  const here = [...servers.values()].filter(({ container }) => !container).map(({ uid }) => uid);
  return [...new Set([...here, ...uids.values()])].filter((uid) => accounts.names(uid).length === 0);
}

/** A monitor without a session child has only a name in its title. */
function unlistedNames({ servers, accounts }: Snapshot): string[] {
  const names = [...servers.values()].flatMap(({ title, container }) =>
    container || title.role !== "bracketed" ? [] : (title.user ?? []),
  );
  return [...new Set(names)].filter((name) => accounts.uid(name) === undefined);
}
