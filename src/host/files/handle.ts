/** Open files that are closed again whatever happens. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";

/**
 * open(2): a handle that names a file without opening it. Opening alone can hang (a FIFO) or do something (a device), so what
 * it is has to be known before. Node has no name for the flag; its value is the same on all machines that Node runs on.
 */
export const O_PATH = 0o10000000;

/** open(2): a file without a name, in a folder; __O_TMPFILE of asm-generic/fcntl.h, which is the same there, too. */
export const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

export function withOpen<T>(path: string, flags: number, use: (fd: number) => T, mode?: number): T {
  return withFd(openSync(path, flags, mode), use);
}

/** Closes it afterwards. */
export function withFd<T>(fd: number, use: (fd: number) => T): T {
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Like an error of the kernel's, of which only the code counts (errno(3)). */
export class PathError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * Opens the file behind a handle (O_PATH) without waiting: whoever holds a lease on it could stop us for a minute (fcntl(2)).
 *
 * @throws the kernel's own error, EAGAIN where there is such a lease
 */
export function openBehind(handle: number, flags: number): number {
  return openSync(`/proc/self/fd/${String(handle)}`, flags | constants.O_NONBLOCK);
}

/**
 * Opens a regular file, and nothing else: what is there is looked at through a handle before it is opened.
 *
 * @param admit - is shown the file that is about to be opened, and may throw.
 * @throws PathError with ELOOP for a link, ENXIO for what is no regular file; or the kernel's own error
 */
export function openRegular(place: string, flags: number, admit: (stats: Stats) => void): number {
  return withOpen(place, O_PATH | constants.O_NOFOLLOW, (handle) => {
    const stats = fstatSync(handle);
    if (stats.isSymbolicLink()) throw new PathError("ELOOP");
    if (!stats.isFile()) throw new PathError("ENXIO");
    admit(stats);
    return openBehind(handle, flags);
  });
}

/** A file may grow while it is read, and may be shorter than it says. */
export function readUpTo(fd: number, limitBytes: number, chunkBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, limitBytes - length));
    const count = chunk.length === 0 ? 0 : readSync(fd, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks, length);
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
}
