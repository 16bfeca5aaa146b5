/** Whose keys are looked at. */
import { unknownUser } from "../../../cli/unknown-names.ts";
import type { Session, Warning } from "../../../domain/session.ts";
import { PermissionError } from "../../../errors.ts";
import { findAccount, listAccounts, type Account } from "../../../system/accounts.ts";
import { orUndefined } from "../../../host/files/files.ts";
import type { KeysHost } from "../machine.ts";

export interface ChosenAccounts {
  accounts: readonly Account[];
  /** Those that were asked for. */
  shown: ReadonlySet<Account>;
  /** Those whose keys are sought everywhere. */
  owners: readonly Account[];
  /** All that the machine lists. */
  everyone: readonly Account[];
  warnings: readonly Warning[];
}

/**
 * @param users - names or uids; everybody where there are none.
 * @param owners - names or uids of those whose keys are sought everywhere.
 * @throws NothingFoundError, PermissionError
 */
export async function chooseAccounts(
  users: readonly string[],
  owners: readonly string[],
  sessions: readonly Session[],
  host: KeysHost,
): Promise<ChosenAccounts> {
  const everyone = await listAccounts(host);
  const find = async (user: string) => accountOf(user, everyone, host);
  const [named, sought] = await Promise.all([Promise.all(users.map(find)), Promise.all(owners.map(find))]);
  for (const account of [...named, ...sought]) rejectForeign(account, host);
  const isRoot = host.uid === 0;
  const unlisted = isRoot ? await unlistedAccounts(sessions, everyone, host) : [];
  // Of one account, too, it has to be told whether others have the same key.
  const all = isRoot ? [...everyone, ...unlisted] : await ownAccounts(everyone, host);
  const accounts = [...new Set([...all, ...named, ...sought])];
  const warnings = isRoot ? directoryWarning(users.length > 0, host) : [ownOnly];
  return { accounts, shown: new Set(named.length > 0 ? named : accounts), owners: sought, everyone, warnings };
}

const ownOnly: Warning = {
  code: "own-keys-only",
  message: "without root, only your own keys are listed",
};

async function accountOf(user: string, everyone: readonly Account[], host: KeysHost): Promise<Account> {
  const found = everyone.find(({ name }) => name === user) ?? (await findAccount(user, host));
  // A directory that lists its accounts may give the same one under another name.
  const account = everyone.find(({ name, uid }) => name === found?.name && uid === found.uid) ?? found;
  if (account === undefined) throw await unknownUser(user, host);
  return account;
}

function rejectForeign({ name, uid }: Account, host: KeysHost): void {
  if (host.uid === 0 || host.uid === uid) return;
  throw new PermissionError(`Only ${name} and root can read the keys of ${name}.`, "Run it with sudo.");
}

/** One uid may have several names, and then several homes. */
async function ownAccounts(everyone: readonly Account[], host: KeysHost): Promise<Account[]> {
  const own = everyone.filter(({ uid }) => uid === host.uid);
  return own.length > 0 ? own : [(await findAccount(String(host.uid), host)) ?? []].flat();
}

/** A directory need not list its accounts, but it knows those that have logged in. */
async function unlistedAccounts(
  sessions: readonly Session[],
  everyone: readonly Account[],
  host: KeysHost,
): Promise<Account[]> {
  const known = new Set(everyone.map(({ name }) => name));
  const names = new Set(sessions.flatMap(({ user, container }) => (user === undefined || container ? [] : user)));
  const found = await Promise.all(
    [...names].filter((name) => !known.has(name)).map(async (name) => findAccount(name, host)),
  );
  return found.filter((account) => account !== undefined);
}

/** Sources of nsswitch.conf(5) that list all they have. */
const listing: ReadonlySet<string> = new Set(["files", "compat", "systemd", "db", "altfiles", "extrausers"]);

function directoryWarning(isNamed: boolean, { files }: KeysHost): Warning[] {
  if (isNamed) return [];
  const line = /^\s*passwd:(.*)$/m.exec(orUndefined(files.read("/etc/nsswitch.conf")) ?? "")?.[1] ?? "";
  const others = line
    .replace(/#.*|\[[^\]]*\]/g, " ")
    .split(/\s+/)
    .filter((source) => source !== "" && !listing.has(source));
  if (others.length === 0) return [];
  return [
    {
      code: "unlisted-accounts",
      message: `accounts also come from ${others.join(", ")}, which may not list them all; name the missing ones with --user`,
    },
  ];
}
