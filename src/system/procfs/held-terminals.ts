import type { Pid, Process } from "../../domain/process.ts";
import { ttyOfDevice, type Tty } from "../../domain/tty.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";

/**
 * A pseudo-terminal as the kernel tells it from all others: every file system of them (devpts) counts from 0, and with a user
 * namespace everybody can have one.
 */
export interface HeldTerminal {
  tty: Tty;
  /** The device number of the file system: st_dev, stat(2). */
  fileSystem: number;
}

/**
 * Only of what is called a terminal is more asked: a file on the file system of a dead server would never answer.
 *
 * @returns undefined for any other file, and where that cannot be seen.
 */
export function terminalAt(files: Files, pid: Pid, fd: number): HeldTerminal | undefined {
  const path = `/proc/${String(pid)}/fd/${String(fd)}`;
  if (orUndefined(files.link(path))?.includes("/pts/") !== true) return undefined;
  const facts = orUndefined(files.facts(path));
  if (facts?.dev === undefined || facts.rdev === undefined) return undefined;
  const tty = ttyOfDevice(facts.rdev);
  return tty?.startsWith("pts/") === true ? { tty, fileSystem: facts.dev } : undefined;
}

/** Of the machine's own terminals; undefined where that cannot be seen. */
export function terminalFileSystem(files: Files, folder: string): number | undefined {
  return orUndefined(files.facts(folder))?.dev;
}

/** The controlling terminal of a process, if it has that open. A number alone does not tell of which file system it is. */
export function provenTerminal(files: Files, { pid, tty }: Process): HeldTerminal | undefined {
  if (tty === undefined) return undefined;
  for (const fd of usualDescriptors) {
    const held = terminalAt(files, pid, fd);
    if (held?.tty === tty) return held;
  }
  return undefined;
}

/** The standard streams, and where bash keeps its terminal. */
const usualDescriptors = [0, 1, 2, 255];
