/** Who but the user and root could change a file: safe_path() in OpenSSH's misc.c, which StrictModes asks. */
import type { Rights } from "../../../host/files/user-files.ts";

export interface Distrust {
  /** The file or folder that is to blame. */
  path: string;
  why: string;
}

/** What has to be known of groups where group-writable files are taken; undefined where none is. */
export interface PrivateGroups {
  isPrivate: (gid: number, uid: number) => boolean;
}

/**
 * @param rights - of the file and of every folder above it.
 * @param home - without links; above it nothing is looked at.
 * @returns undefined where sshd trusts the file.
 */
export function findDistrust(
  rights: readonly Rights[],
  uid: number,
  home: string,
  groups: PrivateGroups | undefined,
): Distrust | undefined {
  for (const each of rights) {
    const why = distrustIn(each, uid, groups);
    if (why !== undefined) return { path: each.path, why };
    if (each.path === home) return undefined;
  }
  return undefined;
}

function distrustIn({ uid, gid, mode }: Rights, user: number, groups: PrivateGroups | undefined): string | undefined {
  if (uid !== 0 && uid !== user) return `belongs to uid ${String(uid)}`;
  if ((mode & 0o002) !== 0) return "can be changed by every user";
  if ((mode & 0o020) === 0 || groups?.isPrivate(gid, user) === true) return undefined;
  return `can be changed by the group ${String(gid)}`;
}
