import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";

/** A file that its owner may have replaced by anything. */
export interface UntrustedFiles {
  /**
   * The text of a regular file, decoded as UTF-8. Neither the file nor its folder may be a link.
   *
   * @returns undefined for what is missing, refused, no regular file, or larger than the limit.
   */
  readSmall: (path: string, limitBytes: number) => string | undefined;
}

export const untrustedFiles: UntrustedFiles = {
  readSmall: (path, limitBytes) =>
    unlessRefused(() => {
      if (!lstatSync(dirname(path)).isDirectory()) return undefined;
      return withOpen(path, O_PATH | constants.O_NOFOLLOW, (handle) => {
        const stats = fstatSync(handle);
        if (!stats.isFile() || stats.size > limitBytes) return undefined;
        return withOpen(`/proc/self/fd/${String(handle)}`, constants.O_RDONLY, (fd) => readUpTo(fd, limitBytes));
      });
    }),
};

/**
 * open(2): a handle that names a file without opening it. Opening alone can hang (a FIFO) or do something (a device), so what
 * it is has to be known before. Node has no name for the flag; its value is the same on all machines that Node runs on.
 */
const O_PATH = 0o10000000;

function withOpen<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function unlessRefused<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A file may grow while it is read. */
function readUpTo(fd: number, limitBytes: number): string {
  const buffer = Buffer.alloc(limitBytes);
  let length = 0;
  while (length < limitBytes) {
    const count = readSync(fd, buffer, length, limitBytes - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.toString("utf8", 0, length);
}
