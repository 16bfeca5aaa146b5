import { constants, fstatSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { O_PATH, openBehind, readUpTo, withFd, withOpen } from "./handle.ts";

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
        const fd = openBehind(handle, constants.O_RDONLY);
        return withFd(fd, () => readUpTo(fd, limitBytes, limitBytes).toString("utf8"));
      });
    }),
};

function unlessRefused<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
