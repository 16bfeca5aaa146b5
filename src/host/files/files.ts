/**
 * The port to the file system. Every path a source reads goes through it, under one root: `/` in production, another
 * folder or a table in memory in tests. A fact that is missing is an answer, not an exception.
 */
import { closeSync, constants, openSync, readlinkSync, readSync, statSync } from "node:fs";
import { errorCode } from "./error-code.ts";
import { folderNames } from "./folder-names.ts";
import { limits } from "./limits.ts";

/** The file, or the process behind it, is not there (any more). */
export const gone = Symbol("gone");
/** The file is there, and the kernel refuses to tell us. */
export const refused = Symbol("refused");
/** There is more of it than is read. */
export const tooLarge = Symbol("too large");

export type Absence = typeof gone | typeof refused | typeof tooLarge;

/** The beginning of a text. */
export interface Start {
  text: string;
  /** Whether there is more. */
  isCut: boolean;
}

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

/**
 * Reads files, and no more of them than the limits say. Any error other than an absence is thrown: it means that the machine is
 * broken.
 */
export interface Files {
  /**
   * The whole text, decoded as UTF-8.
   *
   * @param longestLine - of a file that the kernel makes up as it is read, in bytes; 0 for one made in one piece. A piece with
   * room for another line is then the last, and the kernel is not asked for an end that it would have to search again.
   */
  read(path: string, longestLine?: number): string | Absence;
  /**
   * The beginning of a text of which somebody else chooses the size. Whatever keeps it from being read, its owner may have
   * brought about, so that is no error: "refused".
   *
   * @param longestLine - as for a whole text.
   */
  start(path: string, limitBytes: number, longestLine?: number): Start | Absence;
  /** The whole file as it is. */
  bytes(path: string): Buffer | Absence;
  /** Where a symbolic link points, unresolved. */
  link(path: string): string | Absence;
  /** The names in a folder. */
  names(path: string, most?: number): string[] | Absence;
  /** Owner and times, following links. */
  facts(path: string): FileFacts | Absence;
}

/** @param root - the folder that stands for `/`, without a trailing slash; empty for the real one. */
export function createFiles(root = ""): Files {
  return {
    read: (path, longestLine) => attempt(() => wholeText(readUpTo(root + path, limits.text, longestLine))),
    start: (path, limitBytes, longestLine) => attemptForeign(() => startText(root + path, limitBytes, longestLine)),
    bytes: (path) => attempt(() => wholeBytes(readUpTo(root + path, limits.text))),
    link: (path) => attempt(() => readlinkSync(root + path)),
    names: (path, most = limits.names) => attempt(() => folderNames(root + path, most) ?? tooLarge),
    facts: (path) => attempt(() => statSync(root + path)),
  };
}

export function isPresent<T>(value: T | Absence): value is T {
  return value !== gone && value !== refused && value !== tooLarge;
}

/** For callers to whom "gone" and "refused" are the same. */
export function orUndefined<T>(value: T | Absence): T | undefined {
  return isPresent(value) ? value : undefined;
}

let buffer = Buffer.allocUnsafe(64 * 1024);

/** The kernel hands out the files of /proc in pieces of at least this size, up to whole lines: seq_file.c. */
const pieceBytes = 4096;

/** Of /proc/sys the kernel refuses to read 4 MiB and more at once: proc_sys_call_handler() in its proc_sysctl.c. */
const mostAtOnce = 1024 * 1024;

/** The first bytes of the shared buffer, until the next file is read. */
interface Filled {
  length: number;
  isCut: boolean;
}

/** What stands where a file should may be a FIFO: to open one waits for a writer. Files are read as ever. */
const withoutWaiting = constants.O_RDONLY | constants.O_NONBLOCK;

/** One shared buffer and bare system calls beat readFileSync, which asks for the size and the end of what it reads. */
function readUpTo(path: string, limitBytes: number, longestLine = pieceBytes): Filled {
  const fd = openSync(path, withoutWaiting);
  try {
    let length = 0;
    for (;;) {
      const space = Math.min(Math.min(buffer.length, limitBytes + 1) - length, mostAtOnce);
      const count = readSync(fd, buffer, length, space, null);
      length += count;
      if (length > limitBytes) return { length: limitBytes, isCut: true };
      const isLast = longestLine === 0 ? count < space : count < space && count < pieceBytes - longestLine;
      if (count === 0 || isLast) return { length, isCut: false };
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    closeSync(fd);
  }
}

/** UTF-8 is what it is without a name, and to look up the name takes longer than to decode a short text. */
function decode(length: number): string {
  return buffer.toString(undefined, 0, length);
}

function wholeText({ length, isCut }: Filled): string | typeof tooLarge {
  return isCut ? tooLarge : decode(length);
}

function wholeBytes({ length, isCut }: Filled): Buffer | typeof tooLarge {
  return isCut ? tooLarge : Buffer.from(buffer.subarray(0, length));
}

function startText(path: string, limitBytes: number, longestLine: number | undefined): Start {
  const { length, isCut } = readUpTo(path, limitBytes, longestLine);
  return { text: decode(isCut ? wholeCharacters(buffer, length) : length), isCut };
}

/** The beginning of a text that is at hand, as if it had been read. */
export function startOf(text: string, limitBytes: number): Start {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return { text, isCut: false };
  return { text: bytes.toString(undefined, 0, wholeCharacters(bytes, limitBytes)), isCut: true };
}

/** Where the last character ends that is not cut in two: bytes 10xxxxxx continue one, utf-8(7). */
function wholeCharacters(bytes: Buffer, limitBytes: number): number {
  let end = limitBytes;
  while (end > 0 && limitBytes - end < 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

function attemptForeign<T>(read: () => T): T | Absence {
  try {
    return attempt(read);
  } catch {
    return refused;
  }
}

function attempt<T>(read: () => T | Absence): T | Absence {
  try {
    return read();
  } catch (error) {
    const absence = absences.get(errorCode(error));
    if (absence === undefined) throw error;
    return absence;
  }
}

/**
 * ESRCH and EINVAL: what /proc answers for a process that ended between open and read; ENXIO for a network namespace that did. A path
 * with a NUL in it, out of a file that holds one, names nothing.
 * Whatever else is no file that could be read, whoever put it there, is refused: a folder, a loop of links, a FIFO, a file system
 * whose server has died (lxcfs puts one over /proc/uptime), a disk that is broken.
 */
const absences: ReadonlyMap<string, Absence> = new Map<string, Absence>([
  ...["ENOENT", "ENOTDIR", "ESRCH", "EINVAL", "ENXIO", "ERR_INVALID_ARG_VALUE"].map((code) => [code, gone] as const),
  ...["EACCES", "EPERM", "EISDIR", "ELOOP", "EAGAIN"].map((code) => [code, refused] as const),
  ...["EIO", "ENOTCONN", "ECONNABORTED", "ENODEV", "ESTALE", "EHOSTDOWN", "ETIMEDOUT"].map(
    (code) => [code, refused] as const,
  ),
]);
