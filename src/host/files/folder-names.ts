import { opendirSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** What is needed of Node's Dir. */
export interface OpenFolder {
  readSync(): { name: string } | null;
  closeSync(): void;
}

/**
 * The names in a folder.
 *
 * Node wants to know the type of each and looks it up where the kernel does not tell it, as in /proc of a process that is just
 * ending. Where that fails, what was taken together with the name is lost, and no name may be missing for that: the folder is
 * then read again, one name at a time. A name that is gone by then is left out.
 *
 * @param open - takes the number of names that are taken at a time.
 * @returns undefined where there are more than are wanted.
 */
export function folderNames(
  path: string,
  most: number,
  open: (namesAtOnce: number) => OpenFolder = (bufferSize) => opendirSync(path, { bufferSize }),
): string[] | undefined {
  const names = namesOf(open(usualNamesAtOnce), most, false);
  return names === "lost" ? orUndefined(namesOf(open(1), most, true)) : orUndefined(names);
}

const usualNamesAtOnce = 128;

function orUndefined(names: string[] | "lost" | "too many"): string[] | undefined {
  return typeof names === "string" ? undefined : names;
}

/** @param isSingle - whether nothing else is lost together with a name. */
function namesOf(folder: OpenFolder, most: number, isSingle: boolean): string[] | "lost" | "too many" {
  try {
    const names: string[] = [];
    for (;;) {
      const entry = nextOf(folder);
      if (entry === null) return names;
      if (entry === vanished) {
        if (!isSingle) return "lost";
      } else if (names.length === most) return "too many";
      else names.push(entry.name);
    }
  } finally {
    folder.closeSync();
  }
}

const vanished = Symbol("vanished");

function nextOf(folder: OpenFolder): { name: string } | null | typeof vanished {
  try {
    return folder.readSync();
  } catch (error) {
    const isLookUp = error instanceof Error && "syscall" in error && error.syscall === "lstat";
    if (isLookUp && errorCode(error) !== "") return vanished;
    throw error;
  }
}
