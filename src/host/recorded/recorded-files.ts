import { gone, isPresent, refused, type Absence, type FileFacts, type Files } from "../files/files.ts";

/** Files of another machine as data, by their paths there. Folders follow from the paths; all else is gone. */
export interface FileTables {
  texts: ReadonlyMap<string, string>;
  links: ReadonlyMap<string, string>;
  facts: ReadonlyMap<string, FileFacts>;
  /** What the kernel refused to tell, with everything below it. */
  refusals: ReadonlySet<string>;
}

export function recordedFiles({ texts, links, facts, refusals }: FileTables): Files {
  const folders = foldersOf([texts, links, facts, refusals].flatMap((table) => [...table.keys()]));
  const answer = <T>(path: string, value: T | undefined): T | Absence =>
    selfAndAbove(path).some((folder) => refusals.has(folder)) ? refused : (value ?? gone);
  return {
    read: (path) => answer(path, texts.get(path)),
    bytes: (path) => {
      const text = answer(path, texts.get(path));
      return isPresent(text) ? Buffer.from(text) : text;
    },
    link: (path) => answer(path, links.get(path)),
    facts: (path) => answer(path, facts.get(path)),
    names: (path) => {
      const names = folders.get(path);
      return answer(path, names && [...names]);
    },
  };
}

/** Enters every path into the folder above it, and that one into its own. */
function foldersOf(paths: readonly string[]): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths.flatMap(selfAndAbove)) {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash);
    folders.set(folder, (folders.get(folder) ?? new Set()).add(path.slice(slash + 1)));
  }
  return folders;
}

/** "/a/b/c", "/a/b", "/a". */
function selfAndAbove(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, names.length - index).join("/"));
}
