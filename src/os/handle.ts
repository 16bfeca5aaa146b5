/** Open files that are closed again whatever happens. */
import { closeSync, openSync, readSync } from "node:fs";

/**
 * open(2): a handle that names a file without opening it. Opening alone can hang (a FIFO) or do something (a device), so what
 * it is has to be known before. Node has no name for the flag; its value is the same on all machines that Node runs on.
 */
export const O_PATH = 0o10000000;

export function withOpen<T>(path: string, flags: number, use: (fd: number) => T, mode?: number): T {
  const fd = openSync(path, flags, mode);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
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
