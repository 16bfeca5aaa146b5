/**
 * Files as a daemon finds them that reads them for a user and follows links. The user is the adversary: the kernel decides
 * with the user's own rights, nothing that could hang is opened, and every step is looked at before it is taken.
 */
import { closeSync, constants, read } from "node:fs";
import { promisify } from "node:util";
import { errorCode } from "./error-code.ts";
import { actAs, canActAs, withoutGroups } from "./act-as.ts";
import { openBehind, readUpTo, withFd } from "./handle.ts";
import { toRead, type Owner, type Permit } from "./user-rights.ts";
import { walk, type Step } from "./walk.ts";

/** What decides whether somebody else could change a file or folder. */
export interface Rights {
  path: string;
  uid: number;
  gid: number;
  mode: number;
}

/** There is no file whose text could be had. */
export type NoUserFile =
  | { kind: "absent" }
  /** There is something, and its text cannot or must not be read. */
  | {
      kind: "unreadable";
      problem: string;
      /** Whether the user has no right to read it. */
      isRefused?: boolean;
      /** Whether a daemon that reads it for the user is refused, too. */
      isRefusedToAll: boolean;
    }
  /** The way there leads to a file system that must not be touched. */
  | { kind: "out-of-reach"; path: string };

/** Of a file and of every folder above it. Without links; the last of them is the folder `/`. */
export type RightsAlong = readonly [Rights, ...Rights[]];

export type UserFile =
  | NoUserFile
  | {
      kind: "read";
      /** From the beginning, up to the limit. */
      bytes: Buffer;
      /** Whether that is all of it. */
      isWhole: boolean;
      /** In bytes, as the file system tells it. */
      size: number;
      rights: RightsAlong;
    };

export type OpenUserFile = NoUserFile | { kind: "open"; chunks: AsyncIterable<Buffer>; rights: RightsAlong };

export interface UserFiles {
  /** Makes reading for many users, one after the other, faster for as long as `work` runs, which must not wait for anything. */
  together<T>(work: () => T): T;
  /**
   * @param isOutOfReach - whether a path leads to a file system that must not be touched.
   * @param limitBytes - how much of a file is read.
   */
  read(paths: readonly string[], user: Owner, isOutOfReach: (path: string) => boolean, limitBytes: number): UserFile[];
  /**
   * For a file of any size, which is closed when its chunks have been read, or the loop over them is left.
   *
   * @param fromByte - of the file, where reading begins; 0 unless told otherwise.
   */
  open(path: string, user: Owner, isOutOfReach: (path: string) => boolean, fromByte?: number): OpenUserFile;
  /** The path without links; undefined where it leads nowhere. */
  realPath(path: string, user: Owner, isOutOfReach: (path: string) => boolean): string | undefined;
}

export const userFiles: UserFiles = {
  together: withoutGroups,
  read: (paths, user, isOutOfReach, limitBytes) => {
    const look = refuseBeyond(isOutOfReach);
    return asUser(user, (permit) => paths.map((path) => readFile(path, { permit, look }, limitBytes)));
  },
  open: (path, user, isOutOfReach, fromByte = 0) => {
    const look = refuseBeyond(isOutOfReach);
    const [file] = asUser(user, (permit) => [openFile(path, { permit, look }, fromByte)]);
    return file ?? { kind: "absent" };
  },
  realPath: (path, user, isOutOfReach) => {
    const look = refuseBeyond(isOutOfReach);
    const found = actAs(user, (permit) =>
      unlessRefused(() => walk(path, { permit, look }, (_, [last]) => ({ kind: "found" as const, path: last.path }))),
    );
    return found.kind === "found" ? found.path : undefined;
  },
};

/** To look up all groups of a user takes longer than everything else here, and hardly ever makes a difference. */
function asUser<T extends { kind: "read" } | { kind: "open" } | NoUserFile>(
  { uid, gid }: Owner,
  work: (permit: Permit) => T[],
): T[] {
  const quick = actAs({ uid, gid, groups: [] }, work);
  return quick.some((file) => file.kind === "unreadable" && file.problem === permissionDenied)
    ? actAs({ uid, gid }, work)
    : quick;
}

const permissionDenied = "it cannot be read: permission denied";

/** Stops a walk. */
class OutOfReach extends Error {
  readonly path: string;

  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

function refuseBeyond(isOutOfReach: (path: string) => boolean): (place: string) => void {
  return (place) => {
    if (isOutOfReach(place)) throw new OutOfReach(place);
  };
}

interface Rules {
  permit: Permit;
  look: (place: string) => void;
}

/** Files that the kernel makes up have no size. */
const leastChunkBytes = 64 * 1024;

function readFile(path: string, rules: Rules, limitBytes: number): UserFile {
  return withRegular(path, rules, (fd, rights, size) => {
    const chunkBytes = Math.max(Math.min(size, limitBytes) + 1, leastChunkBytes);
    const bytes = withFd(fd, () => readUpTo(fd, limitBytes + 1, chunkBytes));
    return { kind: "read", bytes: bytes.subarray(0, limitBytes), isWhole: bytes.length <= limitBytes, size, rights };
  });
}

function openFile(path: string, rules: Rules, fromByte: number): OpenUserFile {
  return withRegular(path, rules, (fd, rights) => ({ kind: "open", chunks: chunksOf(fd, fromByte), rights }));
}

/** @param use - has to close the file. */
function withRegular<T>(
  path: string,
  rules: Rules,
  use: (fd: number, rights: RightsAlong, size: number) => T,
): T | NoUserFile {
  return unlessRefused(() =>
    walk(path, rules, (handle, [file, ...folders]) => {
      const { stats } = file;
      if (!stats.isFile()) return unreadable("it is not a regular file", true);
      rules.permit(stats, toRead);
      const fd = openBehind(handle, constants.O_RDONLY);
      return use(fd, [rightsOf(file), ...folders.map(rightsOf)], stats.size);
    }),
  );
}

const streamChunkBytes = 1024 * 1024;

async function* chunksOf(fd: number, fromByte: number): AsyncGenerator<Buffer> {
  try {
    for (let place = fromByte; ;) {
      const chunk = Buffer.allocUnsafe(streamChunkBytes);
      const { bytesRead, buffer } = await readInto(fd, chunk, 0, streamChunkBytes, place);
      if (bytesRead === 0) return;
      place += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(fd);
  }
}

const readInto = promisify(read);

function rightsOf({ path, stats: { uid, gid, mode } }: Step): Rights {
  return { path, uid, gid, mode };
}

function unreadable(problem: string, isRefusedToAll: boolean): Extract<NoUserFile, { kind: "unreadable" }> {
  return { kind: "unreadable", problem, isRefusedToAll };
}

function unlessRefused<T>(work: () => T): T | NoUserFile {
  try {
    return work();
  } catch (error) {
    if (error instanceof OutOfReach) return { kind: "out-of-reach", path: error.path };
    return troubleOf(error);
  }
}

function troubleOf(error: unknown): NoUserFile {
  const code = errorCode(error);
  if (code === "") throw error;
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  if (code === "EAGAIN") return unreadable("another program holds a lease on it", false);
  if (code === "ELOOP") return unreadable("its symbolic links form a loop", true);
  // Where the kernel has not decided, an access list may still let the user in.
  if (code === "EACCES" || code === "EPERM") return { ...unreadable(permissionDenied, canActAs()), isRefused: true };
  return unreadable(`it cannot be read: ${code}`, false);
}
