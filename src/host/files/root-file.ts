import { constants, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { openRegular, readUpTo, withFd } from "./handle.ts";
import { findTampering } from "./tampering.ts";

/** Files in which root says what holds on this machine. */
export interface RootFiles {
  /**
   * The text of a regular file, decoded as UTF-8, that nobody but root could have written or put there.
   *
   * @returns undefined where there is none.
   * @throws FileTrouble
   */
  readRoots: (path: string, limitBytes: number) => string | undefined;
}

export const rootFiles: RootFiles = {
  readRoots: (path, limitBytes) => {
    const isThere = [dirname(path), path].every(exists);
    if (!isThere) return undefined;
    const fault = findTampering(path, onlyRoot);
    if (fault !== undefined) throw new FileTrouble("foreign", fault);
    return attempt(path, () => {
      const opened = openRegular(path, constants.O_RDONLY, ({ size }) => {
        if (size > limitBytes) throw new FileTrouble("foreign", `${path} is larger than ${String(limitBytes)} bytes`);
      });
      return withFd(opened, (fd) => readUpTo(fd, limitBytes, limitBytes).toString("utf8"));
    });
  },
};

const onlyRoot = new Set([0]);

function exists(path: string): boolean {
  return attempt(path, () => {
    try {
      lstatSync(path);
      return true;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw troubleOf(error, path);
  }
}
