/** Reads the keys of accounts: which files, what stands in them, what sshd makes of it. */
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import type { Warning } from "../../../domain/session.ts";
import { listGroups, type Account } from "../../../system/accounts.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import type { KeysHost } from "../machine.ts";
import type { Inventory, ListedKey } from "./inventory.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import { readKeySettings } from "./key-settings.ts";
import { readFiles, type Reading } from "./read-files.ts";
import { readLineRules } from "./read-line-rules.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";
import { seekBeyond } from "./seek-beyond.ts";
import { settingWarnings } from "./setting-warnings.ts";
import { privateGroups } from "./private-groups.ts";

/** What is to be read. */
export interface InventoryWish {
  /** Look also at homes on network file systems. */
  networkHomes: boolean;
  /** Tells, by what was found up to now, which keys are looked for in whole files, however large. */
  seek?: ((keys: readonly ListedKey[]) => (key: PublicKey) => boolean) | undefined;
  /** Where logins come from; from this machine unless told otherwise. */
  address?: string | undefined;
}

/** @param everyone - all accounts of the machine, to tell groups of one from others. */
export async function readInventory(
  accounts: readonly Account[],
  everyone: readonly Account[],
  { networkHomes, seek, address }: InventoryWish,
  host: KeysHost,
): Promise<Inventory> {
  const settings = await readKeySettings(accounts, host, address);
  const reading: Reading = {
    host,
    settings,
    rules: await readLineRules(host),
    isOutOfReach: networkHomes ? () => false : remotePaths(orUndefined(host.files.read("/proc/self/mountinfo")) ?? ""),
    groups: isDebian(host) ? privateGroups(everyone, await listGroups(host)) : undefined,
    revoked: new Map(),
    keys: [],
    broken: [],
    unread: [],
    remote: [],
  };
  host.userFiles.together(() => {
    for (const account of accounts) readFiles(account, reading);
  });
  if (seek !== undefined) await seekBeyond(seek(reading.keys), reading);
  const { keys, broken, unread, remote, revoked } = reading;
  return {
    accounts,
    keys,
    broken,
    unread,
    remote,
    revoked,
    warnings: [...settingWarnings(accounts, settings, revoked), ...remoteWarnings(remote)],
    settingsOf: settings.of,
  };
}

/** Debian's sshd, and those that are made of it, take what a group of one can write: user-group-modes.patch. */
function isDebian({ files }: KeysHost): boolean {
  return isPresent(files.facts("/etc/debian_version"));
}

function remoteWarnings(remote: readonly Account[]): Warning[] {
  const names = [...new Set(remote.map(({ name }) => name))];
  if (names.length === 0) return [];
  const shown = firstFew(names, 3);
  return [
    {
      code: "network-homes",
      message: `the files of ${plural(names.length, "account")} are on network file systems and were not read (${shown}); --network-homes reads them`,
    },
  ];
}
