/** On stderr, what is in the way of a revocation, before and after it. */
import { plural } from "../../../text/words.ts";
import type { Output } from "../../../cli/context.ts";
import { notice } from "../../sessions/notes.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { commandsOf, revokedKeysFile } from "../elsewhere.ts";
import { describeUnread } from "../text/faults.ts";
import { describeSilence } from "../text/silence.ts";
import type { SecondLook } from "./carry-out.ts";
import type { ListedKey, UnreadFile } from "../inventory/inventory.ts";
import type { KeyReport } from "../inventory/key-report.ts";
import { isDurable, type Change, type Target } from "./change-files.ts";
import type { Difference } from "./json.ts";

/** So many are named one by one. */
const most = 20;

/** For sentences about one or several. */
export function oneOf(keys: readonly unknown[]): string {
  return keys.length === 1 ? "the key" : "one of the keys";
}

function tellFirst(notes: readonly string[], noun: string, err: Output): void {
  for (const note of notes.slice(0, most)) notice(note, err);
  if (notes.length > most) notice(`and ${plural(notes.length - most, `more ${noun}`)}`, err);
}

/** A key that stands in no file that was read, but perhaps in another one. */
export function tellUnseen(fingerprint: string, { inventory }: KeyReport, err: Output): void {
  notice(
    `no key ${fingerprint} was found in the files that were read, so no file will be changed: to keep it out, add it to ${revokedKeysFile(inventory)}, and reload sshd`,
    err,
  );
}

/** @param unread - those in which sshd may find keys. */
export function tellUnread(unread: readonly UnreadFile[], aKey: string, err: Output): void {
  const notes = unread
    .filter(({ mayHoldKeys }) => mayHoldKeys)
    .map(({ path, account, reason, fromLine }) => {
      const extent = fromLine === 1 ? "was not read" : `was not read to its end (from line ${String(fromLine)} on)`;
      return `${path}, of ${account.name}, ${extent}, so ${aKey} may be there: ${describeUnread(reason)}`;
    });
  tellFirst(notes, "file", err);
}

export function tellObstacles(differences: ReadonlyMap<Target, Difference>, err: Output): void {
  const problems = [...differences.values()].flatMap((each) => ("problem" in each ? each.problem : []));
  tellFirst(
    problems.map((problem) => `will not be changed: ${problem}`),
    "file",
    err,
  );
}

export function tellRemaining(remaining: readonly ListedKey[], aKey: string, err: Output): void {
  const notes = remaining.map(({ path, line }) => `${aKey} is still in ${path}:${String(line)}`);
  tellFirst(notes, "line", err);
}

/** Whether the keys can still log in by ways that were not closed. */
export function tellOtherWays(
  { unread, isServerSilent, answers }: Pick<SecondLook, "unread" | "isServerSilent" | "answers">,
  changes: readonly Change[],
  { inventory }: KeyReport,
  aKey: string,
  err: Output,
): void {
  const unseen = unread.length === 0 ? [] : ["the files that were not read"];
  if (isServerSilent) notice(`${aKey} may still be accepted by an SSH server that does not report its settings`, err);
  if (isDurable(changes)) {
    const ways = [...unseen, ...commandsOf(inventory).map(nameOfCommand)].join(" and ");
    if (ways !== "") notice(`${aKey} may still come from ${ways}, but RevokedKeys keeps it out`, err);
    return;
  }
  const notes = [
    ...unseen.map((way) => `${aKey} may still come from ${way}`),
    ...[...usersByCommand(answers)].map(
      ([command, users]) => `${nameOfCommand(command)} supplies ${aKey} for ${firstFew(users)}: it can still log in`,
    ),
    ...answers.silent.map(
      ({ command, reason }) =>
        `${aKey} may still come from ${nameOfCommand(command)}, which was not asked: ${describeSilence(reason)}`,
    ),
  ];
  for (const note of notes) notice(note, err);
  if (notes.length > 0) notice(`to keep it out, add it to ${revokedKeysFile(inventory)}, and reload sshd`, err);
}

function nameOfCommand(command: string): string {
  return `AuthorizedKeysCommand ${command}`;
}

/** For whom each of them supplies one of the keys. */
export function usersByCommand({ served }: Pick<SecondLook["answers"], "served">): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { command, account } of served) users.set(command, [...(users.get(command) ?? []), account.name]);
  return users;
}
