/**
 * Files that are read and replaced as their owner. Where root acts for a user, the user is the adversary, so the kernel
 * decides with the user's own rights, and every step goes through a handle on the folder: a link or a moved folder leads
 * nowhere else.
 */
import {
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { actAs, type Owner } from "./act-as.ts";
import { lockFile } from "./lock-file.ts";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { withOpen } from "./handle.ts";

export type { Owner };

export interface OwnedFiles {
  /**
   * The bytes of a regular file, one character each; undefined where there is none.
   *
   * @throws FileTrouble for a link, for what is no file, or not the owner's, and where the kernel refuses.
   */
  read(path: string, owner: Owner): string | undefined;
  /**
   * Puts a new file in the place of the old one in one step, with its owner, mode, label and other attributes. A crash leaves
   * the old or the new one, whole.
   *
   * @param before - what it must still hold.
   * @param after - undefined to remove it.
   * @throws FileTrouble
   */
  replace(path: string, owner: Owner, before: string | undefined, after: string | undefined): void;
  /**
   * Puts a copy beside the file, with the same owner, mode and other attributes.
   *
   * @param copy - of which nothing must be there.
   * @throws FileTrouble
   */
  copy(path: string, owner: Owner, copy: string): void;
  /**
   * Lets nobody else work under the same lock meanwhile.
   *
   * @param path - of the file that stands for the lock, which goes away again.
   * @throws FileTrouble
   */
  withLock<T>(path: string, owner: Owner, work: () => Promise<T>): Promise<T>;
}

export const ownedFiles: OwnedFiles = {
  read: (path, owner) => inFolder(path, owner, (place) => readFile(place, path, owner)?.text),
  replace: (path, owner, before, after) => {
    inFolder(path, owner, (place, folder) => {
      const current = readFile(place, path, owner);
      if (current?.text !== before) throw new FileTrouble("changed", `${path} has just been changed by somebody else`);
      if (after === undefined) unlinkSync(place);
      else writeBeside(place, after, current?.stats);
      fsyncSync(folder);
    });
  },
  copy: (path, owner, copy) => {
    inFolder(path, owner, (place, folder) => {
      const current = readFile(place, path, owner);
      if (current === undefined) throw new FileTrouble("changed", `${path} has just been removed by somebody else`);
      write(`${dirname(place)}/${basename(copy)}`, current.text, place, current.stats);
      fsyncSync(folder);
    });
  },
  withLock: async (path, owner, work) => lockFile(path, (use) => inFolder(path, owner, use), work),
};

/** These files are written by hand. What is larger is none of them, or an attempt to fill our memory. */
const largest = 1024 * 1024;

/** @param use - gets a path that leads to the file through a handle on its folder, and that handle. */
function inFolder<T>(path: string, owner: Owner, use: (place: string, folder: number) => T): T {
  return actAs(owner, () => {
    try {
      return withOpen(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY, (folder) => {
        if (fstatSync(folder).uid !== owner.uid)
          throw new FileTrouble("foreign", `${dirname(path)} belongs to somebody else than uid ${String(owner.uid)}`);
        return use(`/proc/self/fd/${String(folder)}/${basename(path)}`, folder);
      });
    } catch (error) {
      throw troubleOf(error, path);
    }
  });
}

interface ReadFile {
  text: string;
  stats: Stats;
}

function readFile(place: string, path: string, owner: Owner): ReadFile | undefined {
  if (lstatSync(place, { throwIfNoEntry: false }) === undefined) return undefined;
  // Without O_NONBLOCK, to open a FIFO waits for somebody who writes.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  return withOpen(place, flags, (fd) => {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new FileTrouble("foreign", `${path} is no regular file`);
    if (stats.uid !== owner.uid)
      throw new FileTrouble("foreign", `${path} belongs to uid ${String(stats.uid)}, not to uid ${String(owner.uid)}`);
    if (stats.nlink > 1)
      throw new FileTrouble(
        "foreign",
        `${path} has ${String(stats.nlink)} names (hard links), and only one would change`,
      );
    if (stats.size > largest) throw new FileTrouble("foreign", `${path} is larger than 1 MiB`);
    return { text: readFileSync(fd, "latin1"), stats };
  });
}

/** Under the lock there is one writer, so the name is always the same, and what a crash has left is cleared away here. */
function writeBeside(place: string, text: string, old: Stats | undefined): void {
  const temporary = `${dirname(place)}/.${basename(place)}.sshctl-new`;
  if (lstatSync(temporary, { throwIfNoEntry: false }) !== undefined) unlinkSync(temporary);
  try {
    write(temporary, text, place, old);
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes a new file with the attributes of another one. */
function write(path: string, text: string, model: string, stats: Stats | undefined): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fill = (fd: number) => {
    if (stats === undefined) fchmodSync(fd, 0o644);
    else keepAttributes(model, fd, stats);
    writeFileSync(fd, text, "latin1");
    fsyncSync(fd);
  };
  withOpen(path, flags, fill, 0o600);
}

/**
 * Access lists, the SELinux label and other extended attributes, which Node cannot see, by cp(1). It gets the files as
 * handles, so that no name leads it astray. Where it cannot (busybox), owner and mode are kept all the same.
 */
function keepAttributes(place: string, fd: number, old: Stats): void {
  withOpen(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK, (source) => {
    const options = ["--attributes-only", "--preserve=all", "--no-preserve=timestamps"];
    spawnSync("cp", [...options, "--", "/proc/self/fd/3", "/proc/self/fd/4"], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "ignore", "ignore", source, fd],
      timeout: 5000,
    });
  });
  const { gid, mode } = fstatSync(fd);
  if (gid !== old.gid) fchownSync(fd, old.uid, old.gid);
  if ((mode & 0o7777) !== (old.mode & 0o7777)) fchmodSync(fd, old.mode & 0o7777);
}
