/** Who could not log in any more. */
import { orUndefined } from "../../../host/files/files.ts";
import type { Account } from "../../../system/accounts.ts";
import type { KeysHost } from "../machine.ts";
import type { Inventory, ListedKey } from "../inventory/inventory.ts";

/**
 * @param cut - keys that are to go.
 * @param uid - whose ways are counted.
 * @returns whether these keys are the last way in. AuthorizedKeysCommand and authorities do not count: what they accept is
 * not known.
 */
export function isLastWayIn(revoked: readonly ListedKey[], uid: number, inventory: Inventory, host: KeysHost): boolean {
  const isWay = ({ account, state, options }: ListedKey) =>
    account.uid === uid && state === "accepted" && !options.certAuthority;
  const goes = new Set(revoked);
  if (!revoked.some(isWay)) return false;
  if (inventory.keys.some((key) => isWay(key) && !goes.has(key))) return false;
  return !inventory.accounts.some((account) => account.uid === uid && hasPassword(account, inventory, host));
}

/** A password that one of the servers would take. */
function hasPassword(account: Account, { settingsOf }: Inventory, { files }: KeysHost): boolean {
  const isTaken = settingsOf(account).some(
    ({ passwords, rootLogin, methods }) =>
      passwords && methods === undefined && (account.uid !== 0 || rootLogin === "yes"),
  );
  if (!isTaken) return false;
  const lines = (orUndefined(files.read("/etc/shadow")) ?? "").split("\n");
  const [, hash = ""] = lines.find((line) => line.startsWith(`${account.name}:`))?.split(":") ?? [];
  return hash.startsWith("$");
}
