/** Locks of files that processes hold: those who wait for them wait as long as the holder is stopped. */
import type { Pid } from "../../domain/process.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import { searchOpenFiles, searchBudget } from "./open-files.ts";

export interface FileLock {
  pid: Pid;
  /** As the holder's link says it; deleted ones end in " (deleted)". */
  path: string;
}

/**
 * The PIDs of holders are in /proc/locks, proc(5); -1 is a lock of an open file, whoever has that open (fcntl(2), F_OFD_SETLK). Which
 * file it is, tells the holder's fdinfo, as "lock:" of proc_pid_fdinfo(5).
 */
export function readFileLocks(pids: readonly Pid[], files: Files): FileLock[] {
  const holders = parseHolders(orUndefined(files.read("/proc/locks")) ?? "");
  const budget = searchBudget();
  return pids
    .filter((pid) => holders.has(pid) || holders.has(ofOpenFile))
    .flatMap((pid) => {
      const open = searchOpenFiles(files, pid, budget) ?? [];
      const held = open.filter(({ fd, link }) => link.startsWith("/") && isLocked(files, pid, fd));
      return [...new Set(held.map(({ link }) => link))].map((path) => ({ pid, path }));
    });
}

const ofOpenFile = -1;

function isLocked(files: Files, pid: Pid, fd: number): boolean {
  return /^lock:\t/m.test(orUndefined(files.read(`/proc/${String(pid)}/fdinfo/${String(fd)}`, 0)) ?? "");
}

/** "1: POSIX  ADVISORY  WRITE 903 08:01:1234 0 EOF"; who only waits has an arrow behind the number. */
function parseHolders(text: string): Set<number> {
  return new Set([...text.matchAll(/^\d+: +\w+ +\w+ +\w+ +(-?\d+) /gm)].map(([, pid]) => Number(pid)));
}
