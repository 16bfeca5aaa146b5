import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/**
 * A file of a process in /proc that stays open. It tells of the process that it was opened for and of no other that gets the
 * same PID, and to read it again takes a third of the time.
 */
export interface HeldFile {
  /** The text as it is now; undefined when the process has ended. */
  read: () => string | undefined;
  close: () => void;
}

/** Opens a file that stays open; undefined where it cannot be, or where too many are. */
export type Hold = (path: string) => HeldFile | undefined;

/** What one such file has at most: a line of proc_pid_stat(5) has some 350 bytes. */
const buffer = Buffer.allocUnsafe(4096);

/** @param most - how many at a time; unless given, half of the files that this process may have open. */
export function createHold(most?: number): Hold {
  let held = 0;
  let limit = most;
  return (path) => {
    limit ??= Math.floor(mostOpenFiles() / 2);
    const fd = held < limit ? openOrNot(path) : undefined;
    if (fd === undefined) return undefined;
    held += 1;
    return {
      read: () => readOrNot(fd),
      close: () => {
        held -= 1;
        closeSync(fd);
      },
    };
  };
}

/** Node raises the soft limit to the hard one when it starts, but a limit is one all the same: proc_pid_limits(5). */
function mostOpenFiles(): number {
  return Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 0);
}

function openOrNot(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

/** The kernel answers with ESRCH for a process that has ended. */
function readOrNot(fd: number): string | undefined {
  try {
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  }
}
