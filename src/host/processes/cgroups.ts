import { writeFileSync } from "node:fs";

/** Control groups of the unified hierarchy, cgroups(7). */
export interface Cgroups {
  /**
   * Sends SIGKILL to everything in a group and below it, also to what it forks meanwhile (since Linux 5.14).
   *
   * @param folder - of the group, under its mount point.
   * @returns false where that is not possible.
   */
  kill: (folder: string) => boolean;
}

export const cgroups: Cgroups = {
  kill: (folder) => {
    try {
      // Without O_CREAT: a kernel that does not know the file must not get one.
      writeFileSync(`${folder}/cgroup.kill`, "1", { flag: "r+" });
      return true;
    } catch {
      return false;
    }
  },
};
