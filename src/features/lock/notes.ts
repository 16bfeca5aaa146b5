/** What a plan says of those whom a lock hits beside the account, and of ways that it leaves open; sentences without a full stop. */
import { parseNetwork } from "../../domain/address.ts";
import { firstFew } from "../../domain/first-few.ts";
import type { SessionReport } from "../../domain/session.ts";
import type { Account } from "../../system/accounts.ts";
import type { AccessReport } from "../access/read-access.ts";
import { addressDays, keyDays, keysInUse, sharedAddresses, type RecentUse } from "./recent-use.ts";

export function notesOf(
  account: Account,
  access: AccessReport,
  { sessions }: SessionReport,
  recent: RecentUse,
): string[] {
  const asked = { ...account, otherNames: access.otherNames, sessions };
  return [
    ...sharingNotes(account, access, keysInUse(asked, recent)),
    ...penaltyNotes(account, access, sharedAddresses(asked, recent)),
    ...access.otherDoors.map((door) => `another way in is not locked: ${door.name}, ${door.text}`),
  ];
}

function sharingNotes(
  { name }: Account,
  { acceptedKeys, keyComments }: AccessReport,
  fingerprints: readonly string[],
): string[] {
  if (fingerprints.length > 1) {
    const keys = firstFew(fingerprints.map((each) => keyComments.get(each) ?? each));
    return [
      `this locks everybody who uses ${name} (${String(fingerprints.length)} keys in the last ${String(keyDays)} days: ${keys}); to keep out one of them: sshctl keys revoke KEY`,
    ];
  }
  if (acceptedKeys < 2) return [];
  return [
    `${String(acceptedKeys)} keys open ${name}: the lock shuts out everyone who holds one of them; sshctl keys revoke locks out a single key`,
  ];
}

/** @param shared - who else comes from an address of the account. */
function penaltyNotes(
  { name }: Account,
  { penalties, penaltyExemptions }: AccessReport,
  shared: ReadonlyMap<string, readonly string[]>,
): string[] {
  if (!penalties) return [];
  const isExempt = (address: string) => penaltyExemptions.some((each) => parseNetwork(each)?.includes(address));
  const punished = [...shared].filter(([address]) => !isExempt(address));
  if (punished.length === 0)
    return ["PerSourcePenalties is on: while this user keeps trying, everybody from the same address may be refused"];
  const addresses = punished.map(([address]) => address);
  const others = [...new Set(punished.flatMap(([, users]) => users))];
  const line = [...new Set([...penaltyExemptions, ...addresses])].join(",");
  return [
    `PerSourcePenalties is on: retries of ${name} get everybody behind ${firstFew(addresses)} refused, also ${firstFew(others)}, seen there in the last ${String(addressDays)} days; to exempt it, put into sshd_config: PerSourcePenaltyExemptList ${line}`,
  ];
}
