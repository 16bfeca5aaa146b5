/** Who but the user and root could change a file: safe_path() in OpenSSH's misc.c, which StrictModes asks. */
import type { Changers } from "./faults.ts";
import type { Rights } from "../../../host/files/user-files.ts";

export interface Distrust {
  /** The file or folder that is to blame. */
  path: string;
  changers: Changers;
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
    const changers = changersOf(each, uid, groups);
    if (changers !== undefined) return { path: each.path, changers };
    if (each.path === home) return undefined;
  }
  return undefined;
}

function changersOf({ uid, gid, mode }: Rights, user: number, groups: PrivateGroups | undefined): Changers | undefined {
  if (uid !== 0 && uid !== user) return { kind: "owner", uid };
  if ((mode & 0o002) !== 0) return { kind: "everybody" };
  if ((mode & 0o020) === 0 || groups?.isPrivate(gid, user) === true) return undefined;
  return { kind: "group", gid };
}
