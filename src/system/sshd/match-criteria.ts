/** What the criteria of a Match block ask for: sshd_config(5). sshd has the last word; here is only what is certain. */
import type { Account, Group } from "../accounts.ts";
import { sshPattern } from "./pattern.ts";

/** "User alice,bob Address 10.0.0.0/8" as pairs; the words in lower case. */
export function criteriaOf(match: string): (readonly [word: string, patterns: readonly string[]])[] {
  const words = wordsOf(match);
  return words.flatMap((word, index) =>
    index % 2 === 0 ? [[word.toLowerCase(), (words[index + 1] ?? "").split(",")] as const] : [],
  );
}

/** Words in quotes may hold spaces, as the names of groups from a directory do; `#` at the beginning of a word begins a comment. */
function wordsOf(match: string): string[] {
  const words = [...match.matchAll(/"([^"]*)"?|[^\s="]+/g)];
  const comment = words.findIndex(([word]) => word.startsWith("#"));
  return words.slice(0, comment < 0 ? words.length : comment).map(([word, quoted]) => quoted ?? word);
}

/** Whether anything but the user and the port that is asked decides about it. */
export function dependsOnConnection(match: string, isKnown: (word: string) => boolean = () => false): boolean {
  return criteriaOf(match).some(
    ([word]) => word !== "user" && word !== "group" && word !== "localport" && !isKnown(word),
  );
}

/** No only where it is certain. */
export function mayMean(match: string, { name, gid }: Account, groups: readonly Group[]): boolean {
  return criteriaOf(match).every(([word, patterns]) => {
    if (patterns.some((pattern) => pattern.startsWith("!"))) return true;
    if (word === "user") return patterns.some((pattern) => fits(name, pattern));
    if (word !== "group" || !patterns.every((pattern) => groups.some((group) => fits(group.name, pattern))))
      return true;
    return groups.some(
      (group) =>
        (group.gid === gid || group.members.includes(name)) && patterns.some((pattern) => fits(group.name, pattern)),
    );
  });
}

function fits(text: string, pattern: string): boolean {
  return sshPattern(pattern, "i").test(text);
}
