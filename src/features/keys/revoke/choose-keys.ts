/** From words to the keys that are to be locked out, and what must not be decided without a look at them. */
import { isFingerprint, parseKeyName } from "../../../domain/auth.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { DeclinedError, NothingFoundError, UnseenError, UsageError } from "../../../errors.ts";
import { elsewhere, revokedKeysFile } from "../elsewhere.ts";
import type { ListedKey } from "../inventory/inventory.ts";
import type { KeyReport } from "../inventory/key-report.ts";
import { isSought, type SoughtKeys } from "../inventory/sought-keys.ts";
import { keyForm } from "../options.ts";
import type { KeysHost } from "../machine.ts";
import { onlyKey } from "../show.ts";

/** As keys are named on a command line. */
export type Sought = Exclude<SoughtKeys, { kind: "known" }>;

/**
 * @param users - those of `--user`: without a key, all of theirs are meant.
 * @throws UsageError
 */
export function parseSought(word: string | undefined, users: readonly string[]): Sought {
  if (word === undefined) {
    if (users.length > 0) return { kind: "of-accounts", names: users };
    throw new UsageError("keys revoke needs a key.", `Give ${keyForm}; or --user NAME for all keys of an account.`);
  }
  const name = parseKeyName(word);
  if (name === undefined) throw new UsageError(`"${word}" is not a key.`, `Give ${keyForm}.`);
  return isFingerprint(name) ? { kind: "beginning", beginning: name } : { kind: "comment", comment: name };
}

/** What is to be locked out. */
export interface MeantKeys {
  /** All places of the keys. */
  places: readonly ListedKey[];
  /** The fingerprint of the one key that has none; sshd may find it where nobody could look. */
  unseen: string | undefined;
}

/** @throws NothingFoundError, UnseenError, UsageError where one key is meant, and it means several. */
export function meantKeys(sought: Sought, report: KeyReport, host: KeysHost): MeantKeys {
  try {
    return { places: placesOf(sought, report, host), unseen: undefined };
  } catch (error) {
    if (!(error instanceof NothingFoundError) || !report.unread.some(({ mayHoldKeys }) => mayHoldKeys)) throw error;
    if (sought.kind === "beginning" && isWhole(sought.beginning)) return { places: [], unseen: sought.beginning };
    throw new UnseenError(
      error.message,
      `${error.remedy ?? ""} Give the whole SHA256 fingerprint of a key to end its sessions (--kill). To keep it out, add it to ${revokedKeysFile(report.inventory)}, and reload sshd.`,
    );
  }
}

function isWhole(fingerprint: string): boolean {
  return /^SHA256:.{43}$/.test(fingerprint);
}

/** @returns at least one. */
function placesOf(sought: Sought, report: KeyReport, host: KeysHost): ListedKey[] {
  const { inventory, owners, keys } = report;
  switch (sought.kind) {
    case "beginning":
    case "comment": {
      const [meant] = onlyKey(sought.kind === "comment" ? sought.comment : sought.beginning, report, host);
      // The same key may have other comments elsewhere.
      return keys.flatMap(({ listed }) => (listed.key.sha256 === meant?.listed.key.sha256 ? listed : []));
    }
    case "of-accounts": {
      const isMeant = isSought(sought, inventory.keys, owners);
      const places = inventory.keys.filter(({ key }) => isMeant(key));
      if (places.length > 0) return places;
      throw new NothingFoundError(
        `No key was found in the files of ${firstFew(owners.map(({ name }) => name))}.`,
        elsewhere("", report, host.uid).join(" "),
      );
    }
  }
}

/**
 * Users write the files of their accounts: comments, and keys of others. So they could choose which keys are locked out, where nobody
 * looks.
 *
 * @throws DeclinedError where keys were named by what a user has written.
 */
export function rejectUnseen(sought: Sought, places: readonly ListedKey[], { owners }: KeyReport): void {
  const [first] = places;
  if (sought.kind === "comment" && first !== undefined)
    throw new DeclinedError(
      "Nothing was done: the comment of a key is what a user wrote, so --yes does not go with it.",
      `Give its fingerprint: "sshctl keys revoke ${first.key.sha256}".`,
    );
  if (sought.kind !== "of-accounts") return;
  const uids = new Set(owners.map(({ uid }) => uid));
  const others = new Set(places.flatMap(({ account }) => (uids.has(account.uid) ? [] : account.name)));
  if (others.size === 0) return;
  const names = firstFew(owners.map(({ name }) => name));
  throw new DeclinedError(
    `Nothing was done: some of these keys are also in files of ${firstFew([...others])}. ${names} may have added keys of others, so --yes does not decide that.`,
    "Look at the plan (--dry-run), and answer the question on a terminal, or revoke each key by its fingerprint.",
  );
}
