/** Gives a file another name in its folder: owner, mode, times and bytes stay as they are. */
import { constants, fsyncSync, lstatSync, renameSync } from "node:fs";
import { basename, dirname } from "node:path";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { withOpen } from "./handle.ts";

/**
 * @param name - without a folder.
 * @returns `gone` where there is no such file, `taken` where something has that name; nothing was done then.
 * @throws FileTrouble for what is no regular file, and where the file system refuses.
 */
export type RenameFile = (path: string, name: string) => "renamed" | "gone" | "taken";

/** Through a handle on the folder, so that nobody can move it meanwhile. */
export const renameFile: RenameFile = (path, name) => {
  try {
    return withOpen(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW, (fd) => {
      const place = (each: string) => `/proc/self/fd/${String(fd)}/${each}`;
      const [from, to] = [place(basename(path)), place(name)];
      const stats = lstatSync(from, { throwIfNoEntry: false });
      if (stats === undefined) return "gone";
      if (!stats.isFile()) throw new FileTrouble("foreign", `${path} is not a regular file`);
      if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return "taken";
      renameSync(from, to);
      fsyncSync(fd);
      return "renamed";
    });
  } catch (error) {
    throw troubleOf(error, path);
  }
};
