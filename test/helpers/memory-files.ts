import {
  gone,
  isPresent,
  startOf,
  tooLarge,
  type Absence,
  type FileFacts,
  type Files,
} from "../../src/host/files/files.ts";

/** The files of a machine as plain data. Folders follow from the paths; what is not mentioned is gone. */
export interface FileTree {
  texts?: Readonly<Record<string, string>>;
  links?: Readonly<Record<string, string>>;
  facts?: Readonly<Record<string, FileFacts>>;
  /** Folders with nothing in them. */
  empty?: readonly string[];
  /** Paths that answer so, with everything below them. The folder above still lists them. */
  absent?: Readonly<Record<string, Absence>>;
}

export function memoryFiles({ texts = {}, links = {}, facts = {}, empty = [], absent = {} }: FileTree): Files {
  const folders = new Map<string, Set<string>>(empty.map((path) => [path, new Set<string>()]));
  for (const path of [texts, links, facts, absent].flatMap(Object.keys).concat(empty)) register(folders, path);
  const answer = <T>(path: string, value: T | Absence | undefined): T | Absence =>
    absenceOf(absent, path) ?? value ?? gone;
  return {
    read: (path) => answer(path, texts[path]),
    start: (path, limitBytes) => {
      const text = answer(path, texts[path]);
      return isPresent(text) ? startOf(text, limitBytes) : text;
    },
    bytes: (path) => answer(path, bytesOf(texts[path])),
    link: (path) => answer(path, links[path]),
    facts: (path) => answer(path, facts[path]),
    names: (path, most = Infinity) => {
      const names = folders.get(path);
      return answer(path, names && (names.size > most ? tooLarge : [...names]));
    },
  };
}

/** A file in memory is text; one character stands for each of its bytes. */
function bytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "latin1");
}

/** Enters the path into the folder above it, and that one into its own. */
function register(folders: Map<string, Set<string>>, path: string): void {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return;
  const parent = path.slice(0, slash);
  const siblings = folders.get(parent) ?? new Set();
  folders.set(parent, siblings.add(path.slice(slash + 1)));
  register(folders, parent);
}

function absenceOf(absent: Readonly<Record<string, Absence>>, path: string): Absence | undefined {
  if (path === "") return undefined;
  return absent[path] ?? absenceOf(absent, path.slice(0, Math.max(0, path.lastIndexOf("/"))));
}

/** The same files, but a question for which `intercept` gives an answer never reaches them. */
export function interceptFiles(files: Files, intercept: (path: string) => Absence | undefined): Files {
  return {
    read: (path) => intercept(path) ?? files.read(path),
    start: (path, limitBytes) => intercept(path) ?? files.start(path, limitBytes),
    bytes: (path) => intercept(path) ?? files.bytes(path),
    link: (path) => intercept(path) ?? files.link(path),
    names: (path, most) => intercept(path) ?? files.names(path, most),
    facts: (path) => intercept(path) ?? files.facts(path),
  };
}

/** The same files, but every text, and every beginning of one, is what `read` says. */
export function withTexts(files: Files, read: (path: string) => string | Absence): Files {
  return {
    ...files,
    read,
    start: (path, limitBytes) => {
      const text = read(path);
      return isPresent(text) ? startOf(text, limitBytes) : text;
    },
  };
}
