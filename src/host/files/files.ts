/**
 * The port to the file system. Every path a source reads goes through it, under one root: `/` in production, another
 * folder or a table in memory in tests. A fact that is missing is an answer, not an exception.
 */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** The file, or the process behind it, is not there (any more). */
export const gone = Symbol("gone");
/** The file is there, and the kernel refuses to tell us. */
export const refused = Symbol("refused");

export type Absence = typeof gone | typeof refused;

export interface FileFacts {
  uid: number;
  /** The number of the inode; undefined where the file is only a record of one. */
  ino?: number;
  /** The number of the file system, st_dev in stat(2); undefined where it was not recorded. */
  dev?: number;
  /** The number of a device such as a terminal, st_rdev. */
  rdev?: number;
  /** Milliseconds since the epoch. For a terminal: when input was last read from it. */
  atimeMs: number;
  /** Milliseconds since the epoch. For a terminal: when output was last written to it. */
  mtimeMs: number;
}

/** Reads files. Any error other than "gone" or "refused" is thrown: it means that the machine is broken. */
export interface Files {
  /**
   * The whole text, decoded as UTF-8.
   *
   * @param longestLine - of a file that the kernel makes up as it is read, in bytes; 0 for one made in one piece. A piece with
   * room for another line is then the last, and the kernel is not asked for an end that it would have to search again.
   */
  read(path: string, longestLine?: number): string | Absence;
  /** The whole file as it is. */
  bytes(path: string): Buffer | Absence;
  /** Where a symbolic link points, unresolved. */
  link(path: string): string | Absence;
  /** The names in a folder. */
  names(path: string): string[] | Absence;
  /** Owner and times, following links. */
  facts(path: string): FileFacts | Absence;
}

/** @param root - the folder that stands for `/`, without a trailing slash; empty for the real one. */
export function createFiles(root = ""): Files {
  return {
    read: (path, longestLine) =>
      attempt(() => (longestLine === 0 ? readFileSync(root + path, utf8) : readWhole(root + path, longestLine))),
    bytes: (path) => attempt(() => readFileSync(root + path)),
    link: (path) => attempt(() => readlinkSync(root + path)),
    names: (path) => attempt(() => readdirSync(root + path)),
    facts: (path) => attempt(() => statSync(root + path)),
  };
}

export function isPresent<T>(value: T | Absence): value is T {
  return value !== gone && value !== refused;
}

/** For callers to whom "gone" and "refused" are the same. */
export function orUndefined<T>(value: T | Absence): T | undefined {
  return isPresent(value) ? value : undefined;
}

/** With exactly these, Node opens, reads and closes in one call: the fastest way to a short text. */
const utf8 = { encoding: "utf8", flag: "r" } as const;

let buffer = Buffer.allocUnsafe(64 * 1024);

/** The kernel hands out the files of /proc in pieces of at least this size, up to whole lines: seq_file.c. */
const pieceBytes = 4096;

/** One shared buffer and bare system calls beat readFileSync, which asks for the end of what it has read. */
function readWhole(path: string, longestLine = pieceBytes): string {
  const fd = openSync(path, "r");
  try {
    let length = 0;
    for (;;) {
      const space = buffer.length - length;
      const count = readSync(fd, buffer, length, space, null);
      length += count;
      // UTF-8 is what it is without a name, and to look up the name takes longer than to decode such a text.
      if (count === 0 || (count < space && count < pieceBytes - longestLine))
        return buffer.toString(undefined, 0, length);
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    closeSync(fd);
  }
}

function attempt<T>(read: () => T): T | Absence {
  try {
    return read();
  } catch (error) {
    const absence = absences.get(errorCode(error));
    if (absence === undefined) throw error;
    return absence;
  }
}

/** ESRCH and EINVAL: what /proc answers for a process that ended between open and read. */
const absences: ReadonlyMap<string, Absence> = new Map<string, Absence>([
  ["ENOENT", gone],
  ["ENOTDIR", gone],
  ["ESRCH", gone],
  ["EINVAL", gone],
  ["EACCES", refused],
  ["EPERM", refused],
]);
