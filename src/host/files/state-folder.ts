/** What this program keeps for itself from one run to the next. */
import { constants, fsyncSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { frozenPath } from "./frozen-path.ts";
import { locksPath } from "./locks-path.ts";
import { policyStatePath } from "./policy-path.ts";
import { userName } from "./user-name.ts";
import { openRegular, readUpTo, withFd, withOpen } from "./handle.ts";

/** A folder that only its owner can look into, with files that only its owner can read. */
export interface StateFolder {
  /** Absolute. */
  path: string;
  /** Four letters and digits by which names differ that are made at the same moment. */
  token: () => string;
  /**
   * Puts a file there in one step, and brings it to the disk. The folder is made where it is missing.
   *
   * @param text - a byte text.
   * @throws FileTrouble
   */
  write: (name: string, text: string) => void;
  /**
   * @returns undefined where there is no such file.
   * @throws FileTrouble
   */
  read: (name: string, limitBytes: number) => string | undefined;
  /**
   * In no order; none where there is not a folder.
   *
   * @throws FileTrouble
   */
  names: () => readonly string[];
  /** @throws FileTrouble */
  remove: (name: string) => void;
}

/** @param path - of a folder in one that is this program's own, too. */
export function stateFolder(path: string): StateFolder {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw troubleOf(error, path);
    }
  };
  return {
    path,
    token: () =>
      Math.floor(Math.random() * 36 ** 4)
        .toString(36)
        .padStart(4, "0"),
    write: (name, text) => {
      attempt(() => {
        makeFolder(path);
        writeInto(path, name, text);
      });
    },
    read: (name, limitBytes) =>
      attempt(() => {
        rejectForeign(path);
        return readIfThere(`${path}/${name}`, limitBytes);
      }),
    names: () =>
      attempt(() => {
        rejectForeign(path);
        return orIfMissing([], () => readdirSync(path).filter((name) => !name.startsWith(".")));
      }),
    remove: (name) => {
      attempt(() => {
        rmSync(`${path}/${name}`, { force: true });
      });
    },
  };
}

/**
 * Where changes of files are recorded: root's below /var/lib (file-hierarchy(7)), those of an ordinary user where the XDG Base
 * Directory Specification has it.
 */
export function changesFolder(uid: number, home: string, xdgStateHome: string | undefined): string {
  if (uid === 0) return "/var/lib/sshctl/changes";
  // A relative path there is to be ignored.
  return `${xdgStateHome?.startsWith("/") === true ? xdgStateHome : `${home}/.local/state`}/sshctl/changes`;
}

/** Of whoever runs sshctl. */
export function changesHere(): StateFolder {
  return stateFolder(changesFolder(process.geteuid?.() ?? 0, homeHere(), process.env["XDG_STATE_HOME"]));
}

/** Without HOME, a uid that has no account has no home: in a container, under DynamicUser= in systemd.exec(5). */
function homeHere(): string {
  try {
    return homedir();
  } catch {
    return "/nonexistent";
  }
}

/** Where root records which accounts it has locked. */
export function locksHere(): StateFolder {
  return stateFolder(locksPath);
}

/** Where the service of rules keeps what it knows. */
export function policyHere(): StateFolder {
  return stateFolder(policyStatePath);
}

/** Where root records which sessions it has frozen. */
export function frozenHere(): StateFolder {
  return stateFolder(frozenPath);
}

function makeFolder(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 });
  rejectForeign(path);
  if (made !== undefined) syncFolder(dirname(made));
}

/** What another user could change is not ours, whatever its name. */
function rejectForeign(path: string): void {
  for (const folder of [dirname(path), path]) {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) throw new FileTrouble("foreign", `${folder} is not a folder`);
    if (stats.uid !== process.geteuid?.()) throw ofAnother(folder, stats.uid);
    if ((stats.mode & 0o022) !== 0) throw new FileTrouble("foreign", `${folder} can be written by other users`);
  }
}

/** Whoever gave root's records away to read them would have changed what root relies on. */
function ofAnother(folder: string, uid: number): FileTrouble {
  return uid === 0
    ? new FileTrouble("refused", `${folder} belongs to root, and only root may use it`)
    : new FileTrouble("foreign", `${folder} belongs to ${userName(uid)}`);
}

function writeInto(path: string, name: string, text: string): void {
  const draft = `${path}/.${name}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  try {
    withOpen(
      draft,
      flags,
      (fd) => {
        writeFileSync(fd, text, "latin1");
        fsyncSync(fd);
      },
      0o600,
    );
    renameSync(draft, `${path}/${name}`);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(path);
}

function syncFolder(path: string): void {
  withOpen(path, constants.O_RDONLY | constants.O_DIRECTORY, fsyncSync);
}

function readIfThere(place: string, limitBytes: number): string | undefined {
  return orIfMissing(undefined, () => {
    const opened = openRegular(place, constants.O_RDONLY, ({ size }) => {
      if (size > limitBytes) throw new FileTrouble("foreign", `${place} is larger than ${String(limitBytes)} bytes`);
    });
    return withFd(opened, (fd) => readUpTo(fd, limitBytes, limitBytes).toString("latin1"));
  });
}

function orIfMissing<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return otherwise;
    throw error;
  }
}
