import { constants, fstatSync, openSync, readFileSync, readSync, type Stats } from "node:fs";
import { errorCode } from "./error-code.ts";
import { O_PATH, openBehind, withFd, withOpen } from "./handle.ts";

/** Why a file was not read; a part of a sentence. */
export interface Unread {
  unread: string;
}

/** A regular file of which somebody else decides what it holds. */
export interface ForeignFile {
  /** Bytes, when it was opened. */
  size: number;
  /** Numbers of the file system and of the inode: the same file has the same. */
  dev: number;
  ino: number;
  /** From its beginning, as far as the limit; may be read once. It may be shorter by then, or longer. */
  chunks: Iterable<Buffer>;
}

/**
 * Files that a process has open or runs, also deleted ones: /proc/PID/fd/N and /proc/PID/exe lead to the file itself, proc(5). They are
 * read as they are, without waiting, and nothing but regular files is opened.
 */
export interface ForeignFiles {
  /**
   * @param admit - is told the number of the mount (mountinfo in proc(5)) before the file system is asked for anything, and says why
   * nothing may be: a server that is dead would never answer.
   */
  read: <T>(
    path: string,
    limitBytes: number,
    admit: (mount: number | undefined) => string | undefined,
    use: (file: ForeignFile) => T,
  ) => T | Unread;
  /** Memory of a process: /proc/PID/mem from there to there. Pages that cannot be read end it. */
  memory: <T>(path: string, use: (region: (start: number, end: number) => Iterable<Buffer>) => T) => T | Unread;
}

export function isUnread(value: unknown): value is Unread {
  return typeof value === "object" && value !== null && "unread" in value;
}

export const foreignFiles: ForeignFiles = {
  read: (path, limitBytes, admit, use) => {
    const opened = orUnread(() => openAdmitted(path, admit));
    if (isUnread(opened)) return opened;
    const { size, dev, ino } = opened.stats;
    return withFd(opened.fd, (fd) => use({ size, dev, ino, chunks: chunksOf(fd, 0, limitBytes) }));
  },
  memory: (path, use) => {
    const fd = orUnread(() => openSync(path, constants.O_RDONLY));
    if (isUnread(fd)) return fd;
    return withFd(fd, () => use((start, end) => chunksOf(fd, start, end)));
  },
};

/** A link of /proc leads to the file itself; any other might lead anywhere. */
function openAdmitted(
  path: string,
  admit: (mount: number | undefined) => string | undefined,
): { fd: number; stats: Stats } | Unread {
  return withOpen(path, O_PATH | (path.startsWith("/proc/") ? 0 : constants.O_NOFOLLOW), (handle) => {
    const refusal = admit(mountOf(handle));
    if (refusal !== undefined) return { unread: refusal };
    const stats = fstatSync(handle);
    return stats.isFile() ? { fd: openQuietly(handle), stats } : { unread: `it is ${kindOf(stats)}` };
  });
}

/** Whatever the kernel says, its file system, its owner or its process may have brought it about. */
function orUnread<T>(open: () => T): T | Unread {
  try {
    return open();
  } catch (error) {
    const code = errorCode(error);
    if (code === "") throw error;
    return { unread: refusals.get(code) ?? `it cannot be read (${code})` };
  }
}

const refusals: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it is gone"],
  ["ENOTDIR", "it is gone"],
  ["ESRCH", "its process has ended"],
  ["EACCES", "the kernel does not permit it"],
  ["EPERM", "the kernel does not permit it"],
  ["EAGAIN", "a program holds a lease on it"],
]);

/** "mnt_id" of an open file, proc_pid_fdinfo(5): the kernel knows it without asking the file system. */
function mountOf(handle: number): number | undefined {
  const id = /^mnt_id:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${String(handle)}`, "utf8"))?.[1];
  return id === undefined ? undefined : Number(id);
}

/** To read a file changes when it was last read, which is evidence, too; only root and its owner may ask for that not to happen. */
function openQuietly(handle: number): number {
  try {
    return openBehind(handle, constants.O_RDONLY | constants.O_NOATIME);
  } catch (error) {
    if (errorCode(error) !== "EPERM") throw error;
    return openBehind(handle, constants.O_RDONLY);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return stats.isSymbolicLink() ? "a symbolic link" : "a device";
}

const chunkBytes = 1 << 20;

/** Ends where nothing more can be read: at a broken place of a disk, or where a process has no memory any more (EIO, EFAULT). */
function* chunksOf(fd: number, start: number, end: number): Generator<Buffer> {
  for (let place = start; place < end;) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - place));
    const count = readOrNothing(fd, chunk, place);
    if (count === 0) return;
    place += count;
    yield chunk.subarray(0, count);
  }
}

function readOrNothing(fd: number, chunk: Buffer, place: number): number {
  try {
    return readSync(fd, chunk, 0, chunk.length, place);
  } catch (error) {
    if (errorCode(error) === "") throw error;
    return 0;
  }
}
