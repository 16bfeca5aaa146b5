/** Which keys a command is about. */
import type { Account } from "../../../system/accounts.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import type { ListedKey } from "./inventory.ts";
import { fingerprintsOfKey } from "./key-rows.ts";

export type SoughtKeys =
  /** @see isFingerprint */
  | { kind: "beginning"; beginning: string }
  | { kind: "comment"; comment: string }
  /** All that stand in the files of these accounts, which are named by names or uids. */
  | { kind: "of-accounts"; names: readonly string[] }
  /** By their SHA-256 fingerprints. */
  | { kind: "known"; fingerprints: ReadonlySet<string> };

/**
 * @param keys - that were found up to now.
 * @param owners - the accounts whose keys are sought.
 */
export function isSought(
  sought: SoughtKeys,
  keys: readonly ListedKey[],
  owners: readonly Account[],
): (key: PublicKey) => boolean {
  switch (sought.kind) {
    case "beginning":
      return (key) => fingerprintsOfKey(key).some((each) => each.startsWith(sought.beginning));
    case "comment":
      return amongThose(keys.filter(({ comment }) => comment === sought.comment));
    case "of-accounts":
      return amongThose(keys.filter(({ account }) => owners.includes(account)));
    case "known":
      return ({ sha256 }) => sought.fingerprints.has(sha256);
  }
}

function amongThose(keys: readonly ListedKey[]): (key: PublicKey) => boolean {
  const fingerprints = new Set(keys.map(({ key }) => key.sha256));
  return ({ sha256 }) => fingerprints.has(sha256);
}
