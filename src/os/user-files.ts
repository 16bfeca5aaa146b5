/**
 * Files as a daemon finds them that reads them for a user and follows links. The user is the adversary: the kernel decides
 * with the user's own rights, nothing that could hang is opened, and every step is looked at before it is taken.
 */
import { constants, fstatSync, lstatSync, readlinkSync, type Stats } from "node:fs";
import { actAs, withoutGroups, type Owner } from "./act-as.ts";
import { O_PATH, readUpTo, withOpen } from "./handle.ts";

/** What decides whether somebody else could change a file or folder. */
export interface Rights {
  path: string;
  uid: number;
  gid: number;
  mode: number;
}

export type UserFile =
  | { kind: "absent" }
  /** There is something, and its text cannot or must not be read. */
  | { kind: "unreadable"; problem: string }
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
    const readAll = () => paths.map((path) => readFile(path, isOutOfReach, limitBytes));
    const quick = actAs({ uid, gid, groups: [] }, readAll);
    // To look up all groups of a user takes longer than everything else here, and hardly ever makes a difference.
    return quick.some((file) => file.kind === "unreadable" && file.problem === permissionDenied)
      ? actAs({ uid, gid }, readAll)
      : quick;
  },
  realPath: (path, user, isOutOfReach) => {
    const resolved = actAs(user, () => unlessRefused(() => resolve(path, isOutOfReach)));
    return "rights" in resolved ? resolved.rights[0].path : undefined;
  },
};

const permissionDenied = "it cannot be read: permission denied";

/** As many links as the kernel follows: path_resolution(7). */
const mostLinks = 40;

function readFile(path: string, isOutOfReach: (path: string) => boolean, limitBytes: number): UserFile {
  return unlessRefused(() => {
    const resolved = resolve(path, isOutOfReach);
    if (!("rights" in resolved)) return resolved;
    const [{ path: place }] = resolved.rights;
    return withOpen(place, O_PATH | constants.O_NOFOLLOW, (handle) => {
      const stats = fstatSync(handle);
      if (!stats.isFile()) return unreadable("it is no regular file");
      if (stats.size > limitBytes) return unreadable(`it is larger than ${String(limitBytes)} bytes`);
      const [, ...folders] = resolved.rights;
      return withOpen(`/proc/self/fd/${String(handle)}`, constants.O_RDONLY, (fd) => ({
        kind: "read",
        text: readUpTo(fd, limitBytes, stats.size + 1).toString("utf8"),
        rights: [rightsOf(place, stats), ...folders],
      }));
    });
  });
}

/** The file, and every folder above it up to `/`. */
interface Resolved {
  rights: [Rights, ...Rights[]];
}

/** realpath(3), looking at each part before the next step is taken. */
function resolve(path: string, isOutOfReach: (path: string) => boolean): Resolved | UserFile {
  const waiting = path.split("/").filter((part) => part !== "" && part !== ".");
  const passed: Rights[] = [rightsOf("/", lstatSync("/"))];
  let links = 0;
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === "..") {
      if (passed.length > 1) passed.pop();
      continue;
    }
    const here = passed.at(-1)?.path ?? "/";
    const place = here === "/" ? `/${part}` : `${here}/${part}`;
    if (isOutOfReach(place)) return { kind: "out-of-reach", path: place };
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: "absent" };
    if (!stats.isSymbolicLink()) {
      passed.push(rightsOf(place, stats));
      continue;
    }
    links += 1;
    if (links > mostLinks) return unreadable("its links lead in a circle");
    const target = readlinkSync(place);
    if (target.startsWith("/")) passed.length = 1;
    waiting.unshift(...target.split("/").filter((each) => each !== "" && each !== "."));
  }
  const [last, ...folders] = passed.toReversed();
  return last === undefined ? { kind: "absent" } : { rights: [last, ...folders] };
}

function rightsOf(path: string, { uid, gid, mode }: Stats): Rights {
  return { path, uid, gid, mode };
}

function unreadable(problem: string): UserFile {
  return { kind: "unreadable", problem };
}

function unlessRefused<T>(work: () => T): T | UserFile {
  try {
    return work();
  } catch (error) {
    return troubleOf(error);
  }
}

function troubleOf(error: unknown): UserFile {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  return unreadable(code === "EACCES" || code === "EPERM" ? permissionDenied : `it cannot be read: ${code}`);
}
