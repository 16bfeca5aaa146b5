import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A file that its owner may have replaced by anything. */
export interface UntrustedFiles {
  /**
   * The text of a regular file, decoded as UTF-8.
   *
   * @returns undefined for what is missing, refused, no regular file (a FIFO would hang), or larger than the limit.
   */
  readSmall: (path: string, limitBytes: number) => string | undefined;
}

export const untrustedFiles: UntrustedFiles = {
  readSmall: (path, limitBytes) => {
    const fd = openQuietly(path);
    if (fd === undefined) return undefined;
    try {
      const stats = fstatSync(fd);
      return stats.isFile() && stats.size <= limitBytes ? readUpTo(fd, limitBytes) : undefined;
    } finally {
      closeSync(fd);
    }
  },
};

function openQuietly(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
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
