import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, fchownSync, fstatSync, lstatSync, openSync, unlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import { errorCode } from "./error-code.ts";
import { FileTrouble } from "./file-trouble.ts";
import { O_TMPFILE, openRegular, withOpen } from "./handle.ts";
import { fixedEnvironment } from "../programs/run.ts";
import { toRead, toWrite, type Owner, type Permit } from "./user-rights.ts";

/** A file that stands for a lock. */
interface Lock {
  path: string;
  owner: Owner;
  /** Gives a path that leads to the file, for as long as `use` runs. */
  at: <T>(use: (place: string, permit: Permit) => T) => T;
}

/** Longer than any change takes, shorter than anybody waits. */
const limitMs = 10_000;

/**
 * Does something while nobody else does something under the same lock. The kernel lets go of it when the process dies.
 *
 * @throws FileTrouble
 */
export async function lockFile<T>({ path, owner, at }: Lock, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    if (Date.now() > deadline) throw busy(path);
    const fd = at((place, permit) => open(place, permit) ?? make(place, owner));
    if (fd === undefined) continue;
    try {
      await lock(fd, path, deadline - Date.now());
      // Whoever had the lock before has removed the file: then this is the lock on nothing.
      if (!at((place) => isStillThere(place, fd))) continue;
      try {
        return await work();
      } finally {
        at(removeQuietly);
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** @returns undefined where there is one. */
function make(place: string, owner: Owner): number | undefined {
  if (process.geteuid?.() === owner.uid) return create(place);
  const fd = createNameless(dirname(place));
  if (fd === undefined) return makeAndGiveAway(place, owner);
  fchownSync(fd, owner.uid, owner.gid);
  if (giveName(fd, place)) return fd;
  closeSync(fd);
  return lstatSync(place, { throwIfNoEntry: false }) === undefined ? makeAndGiveAway(place, owner) : undefined;
}

function create(place: string): number | undefined {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  return unless("EEXIST", () => openSync(place, flags, 0o600));
}

/**
 * Its owner never meets a lock that is still root's: it belongs to them before it has a name. And a crash leaves nothing.
 *
 * @returns undefined where the file system has no files without a name.
 */
function createNameless(folder: string): number | undefined {
  try {
    return openSync(folder, constants.O_RDWR | O_TMPFILE, 0o600);
  } catch (error) {
    if (["EOPNOTSUPP", "EISDIR", "ENOENT", "EINVAL"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/**
 * Node has no linkat(2), by which such a file gets a name; ln(1) of coreutils has it.
 *
 * @returns whether it has.
 */
function giveName(fd: number, place: string): boolean {
  return withOpen(dirname(place), constants.O_RDONLY | constants.O_DIRECTORY, (folder) => {
    const { status } = spawnSync("ln", ["-L", "--", "/proc/self/fd/3", `/proc/self/fd/4/${basename(place)}`], {
      env: fixedEnvironment,
      stdio: ["ignore", "ignore", "ignore", fd, folder],
      timeout: 5000,
    });
    return status === 0;
  });
}

/** For a moment the lock is root's, and its owner is refused. */
function makeAndGiveAway(place: string, owner: Owner): number | undefined {
  const fd = create(place);
  if (fd !== undefined) fchownSync(fd, owner.uid, owner.gid);
  return fd;
}

/**
 * A file of root's with one name is what a crash has left of {@link makeAndGiveAway}.
 *
 * @returns undefined where there is none any more.
 */
function open(place: string, permit: Permit): number | undefined {
  return unless("ENOENT", () =>
    openRegular(place, constants.O_RDWR, (stats) => {
      if (stats.uid !== 0 || stats.nlink !== 1) permit(stats, toRead | toWrite);
    }),
  );
}

function unless<T>(code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) === code) return undefined;
    throw error;
  }
}

/** Node has no flock(2). The lock that flock(1) takes belongs to the open file, which stays open here. */
async function lock(fd: number, path: string, timeout: number): Promise<void> {
  const child = spawn("flock", ["3"], {
    env: fixedEnvironment,
    stdio: ["ignore", "ignore", "ignore", fd],
    timeout: Math.max(1, timeout),
  });
  const [code]: unknown[] = await once(child, "exit").catch((error: unknown) => {
    throw new FileTrouble("broken", `flock, of util-linux, cannot be run: ${String(error)}`);
  });
  if (code !== 0) throw busy(path);
}

function busy(path: string): FileTrouble {
  return new FileTrouble("busy", `${path} is locked: another process has held the lock for ten seconds`);
}

/** Whoever owns the folder may have taken it away, or may not let go of it any more: what was done is done. */
function removeQuietly(place: string): void {
  try {
    unlinkSync(place);
  } catch {
    // The next one finds it, and takes it for its own.
  }
}

function isStillThere(place: string, fd: number): boolean {
  const [named, locked] = [lstatSync(place, { throwIfNoEntry: false }), fstatSync(fd)];
  return named?.ino === locked.ino && named.dev === locked.dev;
}
