import { indexAccounts, joinAccounts } from "../domain/accounts.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Programs } from "../host/programs/run.ts";
import { accountsOfUids } from "../system/accounts.ts";

/**
 * Adds the names of accounts that are in no local file (LDAP, Active Directory), by one question for all the uids that are logged
 * in.
 */
export async function addDirectoryAccounts(snapshot: Snapshot, programs: Programs): Promise<Snapshot> {
  const uids = unnamedUids(snapshot);
  const found = uids.length === 0 ? undefined : await accountsOfUids(uids, { programs });
  return found === undefined
    ? snapshot
    : { ...snapshot, accounts: joinAccounts(snapshot.accounts, indexAccounts(found)) };
}

function unnamedUids({ servers, uids, accounts }: Snapshot): number[] {
  const here = [...servers.values()].filter(({ container }) => !container).map(({ uid }) => uid);
  return [...new Set([...here, ...uids.values()])].filter((uid) => accounts.names(uid).length === 0);
}
