/**
 * Files as a daemon finds them that reads them for a user and follows links. The user is the adversary: the kernel decides
 * with the user's own rights, nothing that could hang is opened, and every step is looked at before it is taken.
 */
import { constants } from "node:fs";
import { errorCode } from "./error-code.ts";
import { actAs, withoutGroups } from "./act-as.ts";
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

export type UserFile =
  | { kind: "absent" }
  /** There is something, and its text cannot or must not be read; refused where the user has no right to. */
  | { kind: "unreadable"; problem: string; isRefused?: boolean }
  /** The way there leads to a file system that must not be touched. */
  | { kind: "out-of-reach"; path: string }
  | {
      kind: "read";
      /** Decoded as UTF-8. */
      text: string;
      /** Without links; the last of them is the folder `/`. */
      rights: readonly [Rights, ...Rights[]];
    };

export interface UserFiles {
  /** Makes reading for many users, one after the other, faster for as long as `work` runs, which must not wait for anything. */
  together<T>(work: () => T): T;
  /**
   * @param isOutOfReach - whether a path leads to a file system that must not be touched.
   * @param limitBytes - of larger files nothing is read.
   */
  read(paths: readonly string[], user: Owner, isOutOfReach: (path: string) => boolean, limitBytes: number): UserFile[];
  /** The path without links; undefined where it leads nowhere. */
  realPath(path: string, user: Owner, isOutOfReach: (path: string) => boolean): string | undefined;
}

export const userFiles: UserFiles = {
  together: withoutGroups,
  read: (paths, user, isOutOfReach, limitBytes) => {
    const { uid, gid } = user;
    const look = refuseBeyond(isOutOfReach);
    const readAll = (permit: Permit) => paths.map((path) => readFile(path, { permit, look }, limitBytes));
    const quick = actAs({ uid, gid, groups: [] }, readAll);
    // To look up all groups of a user takes longer than everything else here, and hardly ever makes a difference.
    return quick.some((file) => file.kind === "unreadable" && file.problem === permissionDenied)
      ? actAs({ uid, gid }, readAll)
      : quick;
  },
  realPath: (path, user, isOutOfReach) => {
    const look = refuseBeyond(isOutOfReach);
    const found = actAs(user, (permit) =>
      unlessRefused(() => walk(path, { permit, look }, (_, [last]) => ({ kind: "found" as const, path: last.path }))),
    );
    return found.kind === "found" ? found.path : undefined;
  },
};

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

function readFile(
  path: string,
  rules: { permit: Permit; look: (place: string) => void },
  limitBytes: number,
): UserFile {
  return unlessRefused(() =>
    walk(path, rules, (handle, [file, ...folders]) => {
      const { stats } = file;
      if (!stats.isFile()) return unreadable("it is no regular file");
      if (stats.size > limitBytes) return unreadable(`it is larger than ${String(limitBytes)} bytes`);
      rules.permit(stats, toRead);
      return withFd(openBehind(handle, constants.O_RDONLY), (fd) => ({
        kind: "read",
        text: readUpTo(fd, limitBytes, stats.size + 1).toString("utf8"),
        rights: [rightsOf(file), ...folders.map(rightsOf)],
      }));
    }),
  );
}

function rightsOf({ path, stats: { uid, gid, mode } }: Step): Rights {
  return { path, uid, gid, mode };
}

function unreadable(problem: string): Extract<UserFile, { kind: "unreadable" }> {
  return { kind: "unreadable", problem };
}

function unlessRefused<T>(work: () => T): T | UserFile {
  try {
    return work();
  } catch (error) {
    if (error instanceof OutOfReach) return { kind: "out-of-reach", path: error.path };
    return troubleOf(error);
  }
}

function troubleOf(error: unknown): UserFile {
  const code = errorCode(error);
  if (code === "") throw error;
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  if (code === "EAGAIN") return unreadable("a program keeps it from being opened (a lease)");
  if (code === "ELOOP") return unreadable("its links lead in a circle");
  if (code === "EACCES" || code === "EPERM") return { ...unreadable(permissionDenied), isRefused: true };
  return unreadable(`it cannot be read: ${code}`);
}
