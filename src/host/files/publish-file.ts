/** Files that other programs of this machine read. */
import {
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { basename, dirname } from "node:path";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { PathError, withOpen } from "./handle.ts";
import { userName } from "./user-name.ts";

/**
 * Puts a file that everybody may read (0644, whatever the umask) in the place of another in one step: a reader sees the old or the new
 * one, whole, and so does whoever looks after a crash. Meanwhile there is a hidden file beside it whose name ends in the PID.
 *
 * @param path - absolute.
 * @param text - UTF-8.
 * @throws FileTrouble for a link or anything else that is no file, for a folder that is not the caller's or that others can write, and
 * where the kernel refuses; the old file is left then.
 */
export type PublishFile = (path: string, text: string) => void;

export const publishFile: PublishFile = (path, text) => {
  const folder = dirname(path);
  try {
    withOpen(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW, (fd) => {
      rejectForeign(folder, fstatSync(fd));
      const place = (name: string) => `/proc/self/fd/${String(fd)}/${name}`;
      rejectOdd(place(basename(path)));
      writeBeside(place(`.${basename(path)}.tmp.${String(process.pid)}`), place(basename(path)), text);
      fsyncSync(fd);
    });
  } catch (error) {
    throw troubleOf(error, path);
  }
};

/** Whoever can write there could put a link in the way, or another text. */
function rejectForeign(folder: string, { uid, mode }: Stats): void {
  if (uid !== process.geteuid?.()) throw new FileTrouble("foreign", `${folder} belongs to ${userName(uid)}`);
  if ((mode & 0o022) !== 0) throw new FileTrouble("foreign", `${folder} can be written by other users`);
}

function rejectOdd(place: string): void {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  throw new PathError(stats.isSymbolicLink() ? "ELOOP" : stats.isDirectory() ? "EISDIR" : "ENXIO");
}

function writeBeside(draft: string, place: string, text: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    withOpen(
      draft,
      flags,
      (fd) => {
        writeFileSync(fd, text);
        fchmodSync(fd, 0o644);
        fsyncSync(fd);
      },
      0o600,
    );
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
