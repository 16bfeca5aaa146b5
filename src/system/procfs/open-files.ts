import type { Pid } from "../../domain/process.ts";
import type { Handle } from "../../domain/snapshot.ts";
import { isPresent, orUndefined, refused, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";

/** How many open files may still be looked at, by all who share it. */
export interface Budget {
  left: number;
}

export function searchBudget(): Budget {
  return { left: limits.searchedFiles };
}

/** An open file of a process, and what the kernel says that it is: proc_pid_fd(5). */
export interface OpenFile {
  fd: number;
  link: string;
}

/**
 * The open files of a process.
 *
 * @param most - how many are looked at, where it is not for all users to decide how many there are.
 * @returns undefined where they cannot be seen, or are more than are looked at. The folder may be readable and the links in it
 * not: without CAP_SYS_PTRACE that is all that root sees, and no proof that nothing is open.
 */
export function readOpenFiles(files: Files, pid: Pid, most: number = limits.openFiles): OpenFile[] | undefined {
  const names = files.names(folderOf(pid), most);
  if (!isPresent(names)) return undefined;
  const open: OpenFile[] = [];
  for (const name of names) {
    const link = files.link(`${folderOf(pid)}/${name}`);
    if (link === refused) return undefined;
    if (isPresent(link)) open.push({ fd: Number(name), link });
  }
  return open;
}

/** The same, at the cost of a budget. */
export function searchOpenFiles(files: Files, pid: Pid, budget: Budget): OpenFile[] | undefined {
  const open = budget.left > 0 ? readOpenFiles(files, pid, Math.min(budget.left, limits.openFiles)) : undefined;
  budget.left -= open?.length ?? 0;
  return open;
}

export function openFileAt(files: Files, pid: Pid, fd: number): OpenFile | undefined {
  const link = orUndefined(files.link(`${folderOf(pid)}/${String(fd)}`));
  return link === undefined ? undefined : { fd, link };
}

/** "socket:[4711]" */
export function socketOf({ fd, link }: OpenFile): Handle | undefined {
  return handleOf(fd, link, "socket:[");
}

/** "pipe:[4711]" */
export function pipeOf({ fd, link }: OpenFile): Handle | undefined {
  return handleOf(fd, link, "pipe:[");
}

function handleOf(fd: number, link: string, start: string): Handle | undefined {
  return link.startsWith(start) ? { fd, inode: Number(link.slice(start.length, -1)) } : undefined;
}

function folderOf(pid: Pid): string {
  return `/proc/${String(pid)}/fd`;
}
