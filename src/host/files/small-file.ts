import { constants, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { openRegular, PathError, readUpTo, withFd } from "./handle.ts";

/** A file that its owner may have replaced by anything. */
export interface SmallFiles {
  /**
   * The text of a regular file, decoded as UTF-8. Neither the file nor its folder may be a link.
   *
   * @returns undefined for what is missing, refused, no regular file, or larger than the limit.
   */
  readSmall: (path: string, limitBytes: number) => string | undefined;
}

export const smallFiles: SmallFiles = {
  readSmall: (path, limitBytes) =>
    unlessRefused(() => {
      if (!lstatSync(dirname(path)).isDirectory()) return undefined;
      const opened = openRegular(path, constants.O_RDONLY, ({ size }) => {
        if (size > limitBytes) throw new PathError("EFBIG");
      });
      return withFd(opened, (fd) => readUpTo(fd, limitBytes, limitBytes).toString("utf8"));
    }),
};

function unlessRefused<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
