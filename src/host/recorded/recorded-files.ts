/** This room gives recorded files and outputs of programs the interfaces of a live host. It has no hands. */
import { gone, isPresent, refused, startOf, type Absence, type FileFacts, type Files } from "../files/files.ts";

/** Files of another machine as data, by their paths there. Folders follow from the paths; all else is gone. */
export interface FileTables {
  texts: ReadonlyMap<string, string>;
  links: ReadonlyMap<string, string>;
  facts: ReadonlyMap<string, FileFacts>;
  /** Folders that may hold nothing of what is recorded. */
  folders: ReadonlySet<string>;
  /** What the kernel refused to tell, with everything below it. */
  refusals: ReadonlySet<string>;
}

export function recordedFiles({ texts, links, facts, folders, refusals }: FileTables): Files {
  const names = namesIn([texts, links, facts, folders, refusals]);
  const answer = <T>(path: string, value: T | undefined): T | Absence =>
    isRefused(path, refusals) ? refused : (value ?? gone);
  return {
    read: (path) => answer(path, texts.get(path)),
    start: (path, limitBytes) => {
      const text = answer(path, texts.get(path));
      return isPresent(text) ? startOf(text, limitBytes) : text;
    },
    bytes: (path) => {
      const text = answer(path, texts.get(path));
      return isPresent(text) ? Buffer.from(text) : text;
    },
    link: (path) => answer(path, links.get(path)),
    facts: (path) => answer(path, facts.get(path)),
    names: (path) => {
      const own = names.get(path);
      return answer(path, own ? [...own] : folders.has(path) ? [] : undefined);
    },
  };
}

/** Enters every path into the folder above it, and that one into its own, up to one that is known already. */
function namesIn(tables: readonly { keys: () => Iterable<string> }[]): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const table of tables) {
    for (let path of table.keys()) {
      let isNew = true;
      while (isNew && path !== "") {
        const slash = path.lastIndexOf("/");
        const folder = path.slice(0, Math.max(0, slash));
        const names = folders.get(folder);
        isNew = names === undefined;
        folders.set(folder, (names ?? new Set()).add(path.slice(slash + 1)));
        path = folder;
      }
    }
  }
  return folders;
}

/** The path, or a folder above it. */
function isRefused(path: string, refusals: ReadonlySet<string>): boolean {
  if (refusals.size === 0) return false;
  for (let above = path; above !== ""; above = above.slice(0, Math.max(0, above.lastIndexOf("/"))))
    if (refusals.has(above)) return true;
  return false;
}
