import { writeFileSync } from "node:fs";

/** Control groups of the unified hierarchy, cgroups(7). Each answer is false where that is not possible. */
export interface Cgroups {
  /**
   * Sends SIGKILL to everything in a group and below it, also to what it forks meanwhile (since Linux 5.14).
   *
   * @param folder - of the group, under its mount point.
   */
  kill: (folder: string) => boolean;
  /**
   * Stops everything in a group and below it, or lets it go on (since Linux 5.2). What is stopped, `cgroup.events` tells.
   *
   * @param folder - of the group, under its mount point.
   */
  freeze: (folder: string, isFrozen: boolean) => boolean;
}

export const cgroups: Cgroups = {
  kill: (folder) => write(`${folder}/cgroup.kill`, "1"),
  freeze: (folder, isFrozen) => write(`${folder}/cgroup.freeze`, isFrozen ? "1" : "0"),
};

function write(path: string, text: string): boolean {
  try {
    // Without O_CREAT: a kernel that does not know the file must not get one.
    writeFileSync(path, text, { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}
