import { joinAccounts, parseAccounts } from "../domain/accounts.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Programs } from "../host/programs/run.ts";

/** A dead directory server must not hang the list: without an answer the daemon's own title still names the user. */
const limitMs = 2000;

/**
 * Adds the names of accounts that are in no local file (LDAP, Active Directory) by asking getent(1), once and only for
 * the uids that are logged in.
 */
export async function addDirectoryAccounts(snapshot: Snapshot, programs: Programs): Promise<Snapshot> {
  const uids = unnamedUids(snapshot);
  if (uids.length === 0) return snapshot;
  const output = await programs.run("getent", ["passwd", "--", ...uids.map(String)], limitMs);
  return output === undefined
    ? snapshot
    : { ...snapshot, accounts: joinAccounts(snapshot.accounts, parseAccounts(output.stdout)) };
}

function unnamedUids({ servers, uids, accounts }: Snapshot): number[] {
  const here = [...servers.values()].filter(({ container }) => !container).map(({ uid }) => uid);
  return [...new Set([...here, ...uids.values()])].filter((uid) => accounts.names(uid).length === 0);
}
