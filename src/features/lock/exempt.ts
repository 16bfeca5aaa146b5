/**
 * Keeps PerSourcePenalties from refusing everybody behind an address that a locked account shares: a drop-in with
 * PerSourcePenaltyExemptList, of which sshd takes the first that it reads. So it repeats the addresses that were exempt before.
 */
import { activatorOf } from "../../changes/activate.ts";
import { writeAll } from "../../changes/apply-edits.ts";
import type { FileEdit } from "../../changes/change.ts";
import { canonicalAddress } from "../../domain/address.ts";
import { FatalError, NothingDoneError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { keyOf, type LockRecord } from "../../system/locks/record.ts";
import { effectiveSettings } from "../../system/sshd/ask.ts";
import { nameOf } from "../../system/sshd/daemons.ts";
import { findReaders } from "../../system/sshd/reach.ts";
import { rejectUndone } from "./lock-account.ts";

export const exemptPath = "/etc/ssh/sshd_config.d/00-0-sshctl-exempt.conf";

const root = { uid: 0, gid: 0 };

interface Exemptions {
  /** What was exempt before. */
  before: readonly string[];
  /** By the key of the lock. */
  locks: ReadonlyMap<string, readonly string[]>;
}

/** @returns undefined where nothing is exempt any more, and the file can go. */
export function exemptText({ before, locks }: Exemptions): string | undefined {
  if (locks.size === 0) return undefined;
  const all = [...new Set([...before, ...[...locks.values()].flat()])];
  return [
    '# Written by sshctl. "sshctl unlock USER" takes out what a lock has put here.',
    `# before: ${before.join(",")}`,
    ...[...locks].map(([key, addresses]) => `# lock ${key}: ${addresses.join(",")}`),
    `PerSourcePenaltyExemptList ${all.join(",")}`,
    "",
  ].join("\n");
}

/** @returns undefined for a text that {@link exemptText} has not made. */
export function parseExempt(text: string): Exemptions | undefined {
  const lines = text.split("\n");
  const listIn = (list: string) => list.split(",").filter(Boolean);
  const before = listIn(/^# before: (.*)$/.exec(lines[1] ?? "")?.[1] ?? "");
  const locks = new Map(
    lines.flatMap((line) => {
      const [, key, list] = /^# lock (\S+): (\S+)$/.exec(line) ?? [];
      return key === undefined || list === undefined ? [] : [[key, listIn(list)] as const];
    }),
  );
  const found = { before, locks };
  return exemptText(found) === text ? found : undefined;
}

/**
 * With the system lock held.
 *
 * @param before - what is exempt already.
 * @throws ForeseenError; all is as before then, unless it says otherwise.
 */
export async function exempt(record: LockRecord, before: readonly string[], machine: Machine): Promise<void> {
  if (record.exempt.length === 0) return;
  const text = machine.replaceFiles.read(exemptPath, root);
  const there = text === undefined ? { before, locks: new Map<string, string[]>() } : parseExempt(text);
  if (there === undefined)
    throw new NothingDoneError(`${exemptPath} was changed by others. Nothing was done.`, "Omit --exempt.");
  const locks = new Map([...there.locks, [keyOf(record), record.exempt] as const]);
  const check = async () => rejectPunished(record.exempt, machine);
  await write(text, exemptText({ ...there, locks }), check, machine);
}

/** @returns what was left as it is; undefined where nothing of the lock is there any more. @throws ForeseenError */
export async function unexempt(record: LockRecord, machine: Machine): Promise<string | undefined> {
  const text = record.exempt.length === 0 ? undefined : machine.replaceFiles.read(exemptPath, root);
  if (text === undefined) return undefined;
  const there = parseExempt(text);
  if (there === undefined) return `${exemptPath} was changed by others, and was left alone`;
  const locks = new Map([...there.locks].filter(([key]) => key !== keyOf(record)));
  if (locks.size < there.locks.size)
    await write(text, exemptText({ ...there, locks }), async () => Promise.resolve(), machine);
  return undefined;
}

async function write(
  before: string | undefined,
  after: string | undefined,
  check: () => Promise<void>,
  machine: Machine,
): Promise<void> {
  const edits: FileEdit[] = [{ path: exemptPath, owner: root, before, after }];
  const activate = activatorOf(async () => findReaders([exemptPath], machine), machine);
  rejectUndone(await writeAll(edits, { activate, check }, machine), edits, "Look at it by hand, now.");
}

/** @throws FatalError where a server would still punish one of the addresses. */
async function rejectPunished(addresses: readonly string[], machine: Machine): Promise<void> {
  for (const daemon of await findReaders([exemptPath], machine)) {
    const list = (await effectiveSettings({ user: "nobody" }, daemon, machine))?.get("persourcepenaltyexemptlist");
    const exempted = new Set((list ?? "").split(",").map((each) => canonicalAddress(each) ?? each));
    const punished = addresses.find((address) => !exempted.has(address));
    if (punished !== undefined) throw new FatalError(`${nameOf(daemon)} would still punish ${punished}`);
  }
}
