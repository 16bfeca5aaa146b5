/**
 * Files that are read and replaced as their owner. Where root acts for a user, the user is the adversary, so the kernel
 * decides with the user's own rights, or owner, group and mode do where root cannot take them on, and every step goes
 * through a handle on the folder: a link or a moved folder leads nowhere else.
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
import { actAs } from "./act-as.ts";
import { lockFile } from "./lock-file.ts";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { openRegular, withFd, withOpen } from "./handle.ts";
import { fixedEnvironment } from "../programs/run.ts";
import { toRead, toSearch, toWrite, type Owner, type Permit } from "./user-rights.ts";
import { userName } from "./user-name.ts";
import { walk } from "./walk.ts";

export type { Owner };

/** What a file is beside its owner and its bytes. */
export interface Attributes {
  gid: number;
  /** Permissions, without set-user-ID and set-group-ID bits. */
  mode: number;
}

export interface ReplaceFiles {
  /**
   * The bytes of a regular file, one character each; undefined where there is none.
   *
   * @throws FileTrouble for a link, for what is no file, or not the owner's, and where the kernel refuses.
   */
  read(path: string, owner: Owner): string | undefined;
  /**
   * What {@link replace} needs to make the file again; undefined where there is none.
   *
   * @throws FileTrouble as `read`
   */
  attributes(path: string, owner: Owner): Attributes | undefined;
  /**
   * Puts a new file in the place of the old one in one step, with its owner, mode, label and other attributes. A crash leaves
   * the old or the new one, whole.
   *
   * @param before - what it must still hold.
   * @param after - undefined to remove it.
   * @param attributes - of a file that is made; 0644 and the owner's group unless told otherwise.
   * @throws FileTrouble
   */
  replace(
    path: string,
    owner: Owner,
    before: string | undefined,
    after: string | undefined,
    attributes?: Attributes,
  ): void;
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

export const replaceFiles: ReplaceFiles = {
  read: (path, owner) => inFolder(path, owner, (folder) => withFile(folder, path, (file) => file?.text)),
  attributes: (path, owner) =>
    inFolder(path, owner, (folder) => withFile(folder, path, (file) => file && attributesOf(file.stats))),
  replace: (path, owner, before, after, attributes) => {
    inFolder(path, owner, (folder) => {
      folder.permit(folder.stats, toWrite | toSearch);
      withFile(folder, path, (current) => {
        if (current?.text !== before) throw new FileTrouble("changed", `${path} was changed by another process`);
        if (after === undefined) unlinkSync(folder.place(path));
        else writeBeside(folder, path, after, current ?? attributes);
      });
      fsyncSync(folder.fd);
    });
  },
  copy: (path, owner, copy) => {
    inFolder(path, owner, (folder) => {
      folder.permit(folder.stats, toWrite | toSearch);
      withFile(folder, path, (current) => {
        if (current === undefined) throw new FileTrouble("changed", `${path} was removed by another process`);
        write(folder.place(copy), current.text, owner, current);
      });
      fsyncSync(folder.fd);
    });
  },
  withLock: async (path, owner, work) => {
    const at = <T>(use: (place: string, permit: Permit) => T) =>
      inFolder(path, owner, (folder) => {
        folder.permit(folder.stats, toWrite | toSearch);
        return use(folder.place(path), folder.permit);
      });
    return lockFile({ path, owner, at }, work);
  },
};

/** These files are written by hand. What is larger is none of them, or an attempt to fill our memory. */
const largest = 1024 * 1024;

/** The folder of a file, open, and the owner of both. */
interface Folder {
  fd: number;
  stats: Stats;
  owner: Owner;
  permit: Permit;
  /** A path to the file of that name that leads through the handle on the folder. */
  place: (path: string) => string;
}

function inFolder<T>(path: string, owner: Owner, use: (folder: Folder) => T): T {
  return actAs(owner, (permit) => {
    try {
      return walk(dirname(path), { permit }, (handle, [{ stats }]) => {
        if (stats.uid !== owner.uid)
          throw new FileTrouble("foreign", `${dirname(path)} does not belong to ${userName(owner.uid)}`);
        permit(stats, toRead | toSearch);
        const through = `/proc/self/fd/${String(handle)}`;
        return withOpen(through, constants.O_RDONLY | constants.O_DIRECTORY, (fd) =>
          use({ fd, stats, owner, permit, place: (name) => `/proc/self/fd/${String(fd)}/${basename(name)}` }),
        );
      });
    } catch (error) {
      throw troubleOf(error, path);
    }
  });
}

/** A file that is open for reading. */
interface OpenFile {
  fd: number;
  text: string;
  stats: Stats;
}

/** @param use - gets undefined where there is no file. */
function withFile<T>({ owner, permit, place }: Folder, path: string, use: (file: OpenFile | undefined) => T): T {
  const there = place(path);
  if (lstatSync(there, { throwIfNoEntry: false }) === undefined) return use(undefined);
  const opened = openRegular(there, constants.O_RDONLY, (stats) => {
    if (stats.uid !== owner.uid)
      throw new FileTrouble("foreign", `${path} belongs to ${userName(stats.uid)}, not to ${userName(owner.uid)}`);
    if (stats.nlink > 1)
      throw new FileTrouble(
        "foreign",
        `${path} has ${String(stats.nlink)} names (hard links), and only one would change`,
      );
    if (stats.size > largest) throw new FileTrouble("foreign", `${path} is larger than 1 MiB`);
    permit(stats, toRead);
  });
  return withFd(opened, (fd) => use({ fd, text: readFileSync(fd, "latin1"), stats: fstatSync(fd) }));
}

/** Under the lock there is one writer, so the name is always the same, and what a crash has left is cleared away here. */
function writeBeside(
  { place, owner }: Folder,
  path: string,
  text: string,
  old: OpenFile | Attributes | undefined,
): void {
  const temporary = place(`.${basename(path)}.sshctl-new`);
  if (lstatSync(temporary, { throwIfNoEntry: false }) !== undefined) unlinkSync(temporary);
  try {
    write(temporary, text, owner, old);
    renameSync(temporary, place(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const usual = 0o644;

/** Writes a new file, with the attributes of another one where there is one. */
function write(place: string, text: string, owner: Owner, model: OpenFile | Attributes | undefined): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fill = (fd: number) => {
    if (model !== undefined && "fd" in model) keepAttributes(fd, model);
    else {
      giveTo(fd, { uid: owner.uid, gid: model?.gid ?? owner.gid });
      fchmodSync(fd, model?.mode ?? usual);
    }
    writeFileSync(fd, text, "latin1");
    fsyncSync(fd);
  };
  withOpen(place, flags, fill, 0o600);
}

/**
 * Access lists, the SELinux label and other extended attributes, which Node cannot see, by cp(1). It gets the files as
 * handles, so that no name leads it astray. Where it cannot (busybox), owner and mode are kept all the same. New content gets
 * no set-user-ID or set-group-ID bit, which the kernel takes away at every other write, too.
 */
function keepAttributes(fd: number, model: OpenFile): void {
  const options = ["--attributes-only", "--preserve=all", "--no-preserve=timestamps"];
  spawnSync("cp", [...options, "--", "/proc/self/fd/3", "/proc/self/fd/4"], {
    env: fixedEnvironment,
    stdio: ["ignore", "ignore", "ignore", model.fd, fd],
    timeout: 5000,
  });
  giveTo(fd, model.stats);
  const { mode } = attributesOf(model.stats);
  if ((fstatSync(fd).mode & 0o7777) !== mode) fchmodSync(fd, mode);
}

function attributesOf({ gid, mode }: Stats): Attributes {
  return { gid, mode: mode & 0o777 };
}

function giveTo(fd: number, { uid, gid }: { uid: number; gid: number }): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
}
