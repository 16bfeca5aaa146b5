/** A door of this room: the keys of one account, for features that ask for nothing else. */
import type { Context } from "../../cli/context.ts";
import { listAccounts, type Account } from "../../system/accounts.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { readInventory } from "./inventory/read-inventory.ts";
import { keysHostOf } from "./machine.ts";

export type { ListedKey, UnreadFile } from "./inventory/inventory.ts";
export { findPersistence } from "../../system/persistence.ts";
export { describeDistrust, describeUnread } from "./text/faults.ts";

/** @param address - where logins come from; from this machine unless told otherwise. */
export async function keysOfAccount(
  account: Account,
  address: string | undefined,
  context: Context,
): Promise<Inventory> {
  const host = await keysHostOf(context);
  return readInventory([account], await listAccounts(host), { networkHomes: false, address }, host);
}

/** Those of many accounts, by one reading; homes on network file systems are not looked at. */
export async function keysOfAccounts(accounts: readonly Account[], context: Context): Promise<Inventory> {
  const host = await keysHostOf(context);
  return readInventory(accounts, await listAccounts(host), { networkHomes: false }, host);
}
