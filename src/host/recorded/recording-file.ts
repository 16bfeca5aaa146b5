import { constants, fstatSync, openSync } from "node:fs";
import { errorCode } from "../files/error-code.ts";
import { readUpTo, withFd } from "../files/handle.ts";

export type RecordingFile = { text: string } | { trouble: "missing" | "refused" | "no regular file" | "too long" };

/**
 * Reads a file that was copied from somewhere, without waiting for what is no file.
 *
 * @throws the kernel's own error for what is none of the troubles.
 */
export function readRecordingFile(path: string, limitBytes: number): RecordingFile {
  try {
    return withFd(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), (fd) => {
      if (!fstatSync(fd).isFile()) return { trouble: "no regular file" };
      const bytes = readUpTo(fd, limitBytes + 1, 1 << 20);
      return bytes.length > limitBytes ? { trouble: "too long" } : { text: bytes.toString("utf8") };
    });
  } catch (error) {
    const trouble = troubles.get(errorCode(error));
    if (trouble === undefined) throw error;
    return { trouble };
  }
}

const troubles: ReadonlyMap<string, "missing" | "refused" | "no regular file"> = new Map([
  ["ENOENT", "missing"],
  ["ENOTDIR", "missing"],
  ["EACCES", "refused"],
  ["EPERM", "refused"],
  // A socket cannot be opened, and a device may have no driver.
  ["ENXIO", "no regular file"],
  ["ENODEV", "no regular file"],
] as const);
