/** What a user may do with a file, by what its owner, group and mode say. */
import { spawnSync } from "node:child_process";
import type { Stats } from "node:fs";
import { PathError } from "./handle.ts";
import { fixedEnvironment } from "../programs/run.ts";

/** Somebody whose files are worked on. */
export interface Owner {
  uid: number;
  gid: number;
  /** The further groups; where they are not given, those that the machine has for the user, which takes time to look up. */
  groups?: readonly number[];
}

/** Bits of a mode, which can be combined. */
export const [toSearch, toWrite, toRead] = [1, 2, 4];

/**
 * Asked before each step that the kernel would allow to root.
 *
 * @param stats - of a handle, so that it is the same file that is then used.
 * @throws PathError where the user must not.
 */
export type Permit = (stats: Stats, wish: number) => void;

/** Where the kernel decides. */
export const permitAll: Permit = () => undefined;

/**
 * As the kernel decides: the first class that fits counts, even where it allows less than the next (path_resolution(7)).
 * What only an access list allows is not seen, and refused.
 */
export function permitByMode(user: Owner): Permit {
  let groups: readonly number[] | undefined;
  const isMember = (gid: number) => {
    if (gid === user.gid) return true;
    groups ??= user.groups ?? groupsOf(user.uid);
    return groups.includes(gid);
  };
  return ({ uid, gid, mode }, wish) => {
    const shift = uid === user.uid ? 6 : isMember(gid) ? 3 : 0;
    if (((mode >> shift) & wish) !== wish) throw new PathError("EACCES");
  };
}

/** id(1) asks wherever this machine has its groups from. */
function groupsOf(uid: number): number[] {
  const { stdout, status } = spawnSync("id", ["-G", String(uid)], {
    encoding: "utf8",
    env: fixedEnvironment,
    timeout: 5000,
  });
  return status === 0 ? stdout.trim().split(" ").map(Number) : [];
}
