/** On stderr, what is in the way of a revocation, before and after it. */
import { plural } from "../../../text/words.ts";
import type { Output } from "../../../cli/context.ts";
import { notice } from "../../sessions/notes.ts";
import { commandsOf } from "../elsewhere.ts";
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

/** @param unread - those in which sshd may find keys. */
export function tellUnread(unread: readonly UnreadFile[], aKey: string, err: Output): void {
  const notes = unread
    .filter(({ mayHoldKeys }) => mayHoldKeys)
    .map(({ path, account, problem, fromLine }) => {
      const extent = fromLine === 1 ? "was not read" : `was not read to its end (from line ${String(fromLine)} on)`;
      return `${path}, of ${account.name}, ${extent}, so ${aKey} may be there: ${problem}`;
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

/** Whether the key can still log in by ways that were not seen. */
export function tellOtherWays(
  unread: readonly UnreadFile[],
  changes: readonly Change[],
  { inventory }: KeyReport,
  aKey: string,
  err: Output,
): void {
  const ways = [
    ...(unread.length === 0 ? [] : ["the files that were not read"]),
    ...commandsOf(inventory).map((command) => `AuthorizedKeysCommand ${command}`),
  ].join(" and ");
  if (ways === "") return;
  notice(
    isDurable(changes)
      ? `${aKey} may still come from ${ways}, but RevokedKeys keeps it out`
      : `${aKey} may still come from ${ways}; to keep it out, add it to a file that RevokedKeys in sshd_config names, and reload sshd`,
    err,
  );
}
