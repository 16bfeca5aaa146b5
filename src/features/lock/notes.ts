/** What a plan says of those whom a lock hits beside the account, and of ways that it leaves open; sentences without a full stop. */
import { parseNetwork } from "../../domain/address.ts";
import { firstFew } from "../../domain/first-few.ts";
import type { SessionReport } from "../../domain/session.ts";
import type { Machine } from "../../host/host.ts";
import { findManagers, managedBy } from "../../system/config-managers.ts";
import type { Mechanism } from "../../system/locks/record.ts";
import { readProcesses } from "../../system/procfs/processes.ts";
import type { Account } from "../../system/accounts.ts";
import type { AccessReport } from "../access/read-access.ts";
import { addressDays, keyDays, keysInUse, sharedAddresses, type RecentUse } from "./recent-use.ts";

/** @param punished - addresses that others share, and who they are; none where they are exempt meanwhile. */
export function notesOf(
  account: Account,
  access: AccessReport,
  { sessions }: SessionReport,
  recent: RecentUse,
  punished: ReadonlyMap<string, readonly string[]>,
): string[] {
  const asked = { ...account, otherNames: access.otherNames, sessions };
  return [
    ...sharingNotes(account, access, keysInUse(asked, recent)),
    ...penaltyNotes(account, access, punished),
    ...access.otherDoors.map((door) => `another way in is not locked: ${door.name}, ${door.text}`),
  ];
}

/** The addresses that others share with the account, and that a server would punish for its retries; and who they are. */
export function punishedOthers(
  account: Account,
  { penalties, penaltyExemptions, otherNames }: AccessReport,
  { sessions }: Pick<SessionReport, "sessions">,
  recent: RecentUse,
): Map<string, readonly string[]> {
  if (!penalties) return new Map();
  const isExempt = (address: string) => penaltyExemptions.some((each) => parseNetwork(each)?.includes(address));
  const shared = sharedAddresses({ ...account, otherNames, sessions }, recent);
  return new Map([...shared].filter(([address]) => !isExempt(address)));
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

function penaltyNotes(
  { name }: Account,
  { penalties }: AccessReport,
  punished: ReadonlyMap<string, readonly string[]>,
): string[] {
  if (!penalties) return [];
  if (punished.size === 0)
    return ["PerSourcePenalties is on: while this user keeps trying, everybody from the same address may be refused"];
  const others = [...new Set([...punished.values()].flat())];
  return [
    `PerSourcePenalties is on: retries of ${name} get everybody behind ${firstFew([...punished.keys()])} refused, also ${firstFew(others)}, seen there in the last ${String(addressDays)} days; --exempt exempts these addresses until unlock`,
  ];
}

/** Whoever brings files back to what is written down elsewhere takes the lock away, too. */
export function managerNotes(mechanism: Mechanism, { files }: Pick<Machine, "files">): string[] {
  const managers = findManagers(readProcesses(files).values());
  const what = mechanism.kind === "expiry" ? "the expiry of the account" : mechanism.paths.join(" and ");
  const paths = mechanism.kind === "expiry" ? [] : mechanism.paths;
  return [
    ...(managers.length === 0
      ? []
      : [
          `${managers.join(", ")} runs here; if it manages ${what}, its next run takes the lock away (sshctl locks tells)`,
        ]),
    ...paths.flatMap((path) => {
      const said = managedBy(path, files);
      return said === undefined ? [] : [`${path} says "${said}": whoever writes it may take the lock away`];
    }),
  ];
}
