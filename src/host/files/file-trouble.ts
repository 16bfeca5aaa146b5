import { errorCode } from "./error-code.ts";

/** Why a file cannot be read or replaced. The message is a sentence without its full stop. */
export class FileTrouble extends Error {
  readonly kind: "refused" | "foreign" | "changed" | "busy" | "broken";

  constructor(kind: FileTrouble["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Of something that may fail without harm; defects are thrown all the same. */
export function troubleIn(work: () => void): FileTrouble | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof FileTrouble) return error;
    throw error;
  }
}

/** What the kernel says about a path, in words; anything unknown stays what it is, a defect. */
export function troubleOf(error: unknown, path: string): unknown {
  const trouble = troubles.get(errorCode(error));
  return trouble === undefined ? error : new FileTrouble(trouble[0], `${path} ${trouble[1]}`);
}

const troubles: ReadonlyMap<string, readonly [FileTrouble["kind"], string]> = new Map([
  ["EACCES", ["refused", "cannot be read or written: permission denied"]],
  ["EPERM", ["refused", "cannot be changed: the kernel does not permit it (is it immutable? see lsattr)"]],
  ["ELOOP", ["foreign", "is a symbolic link, which sshctl does not follow"]],
  ["ENOTDIR", ["foreign", "cannot exist: what should be its folder is not a folder"]],
  ["EEXIST", ["foreign", "cannot be copied: a file with the name of the copy exists"]],
  ["ENOENT", ["foreign", "cannot exist: its folder is missing"]],
  ["EAGAIN", ["busy", "cannot be opened: another program holds a lease on it"]],
  ["EISDIR", ["foreign", "is a folder"]],
  ["ENXIO", ["foreign", "is not a regular file"]],
  ["EROFS", ["broken", "is on a file system that is mounted read-only"]],
  ["ENOSPC", ["broken", "cannot be written: the file system is full"]],
  ["EDQUOT", ["broken", "cannot be written: the disk quota is used up"]],
  ["EPIPE", ["broken", "cannot be written: its reader has gone"]],
  ["EFBIG", ["broken", "cannot be written: a file would become larger than allowed"]],
  ["EIO", ["broken", "cannot be read or written: input/output error"]],
  ["ESTALE", ["broken", "cannot be reached: the file server no longer knows it"]],
]);
