/** Where a key may be that stands in no file which was read, and how to lock it out there. */
import { isFingerprint } from "../../domain/auth.ts";
import { firstFew } from "../../domain/first-few.ts";
import type { KeyReport } from "./inventory/key-report.ts";

/**
 * @param uid - of whoever asks: only root sees the keys of others.
 * @returns whole sentences.
 */
export function elsewhere(name: string, { inventory, unread }: KeyReport, uid: number): string[] {
  const places = unread
    .filter(({ mayHoldKeys }) => mayHoldKeys)
    .map(({ path, account }) => `${path} of ${account.name}`);
  const commands = commandsOf(inventory);
  return [
    ...(places.length === 0 ? [] : [`It may be in a file that was not read: ${firstFew(places)}.`]),
    ...(commands.length === 0 ? [] : [howToLockOut(name, commands, inventory)]),
    uid === 0
      ? '"sshctl keys" lists the keys of all accounts.'
      : '"sshctl keys" lists your own keys; only root sees those of other accounts.',
  ];
}

/** What AuthorizedKeysCommand runs, for any of these accounts. */
export function commandsOf({ accounts, settingsOf }: KeyReport["inventory"]): string[] {
  return [
    ...new Set(accounts.flatMap((account) => settingsOf(account).flatMap(({ keysCommand }) => keysCommand ?? []))),
  ];
}

/** The file to which a key is to be added. */
export function revokedKeysFile({ accounts, settingsOf }: KeyReport["inventory"]): string {
  const lists = [
    ...new Set(accounts.flatMap((account) => settingsOf(account).flatMap(({ revokedKeys }) => revokedKeys ?? []))),
  ];
  return lists.length === 0 ? "a file that RevokedKeys in sshd_config names" : `${lists.join(", ")} (RevokedKeys)`;
}

function howToLockOut(name: string, commands: readonly string[], inventory: KeyReport["inventory"]): string {
  const where = revokedKeysFile(inventory);
  const cut = isFingerprint(name) ? ` "sshctl kill-all --key ${name}" ends its sessions.` : "";
  return `AuthorizedKeysCommand ${commands.join(", ")} may supply it: to lock it out, add it to ${where}, or remove it from the source of that command.${cut}`;
}
