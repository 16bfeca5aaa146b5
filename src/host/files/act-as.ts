import { errorCode } from "./error-code.ts";
import { permitAll, permitByMode, type Owner, type Permit } from "./user-rights.ts";

declare global {
  // eslint-disable-next-line typescript/no-namespace
  namespace NodeJS {
    interface Process {
      /** initgroups(3); Node has it, its types do not. */
      initgroups?: (user: number, extraGroup: number) => void;
    }
  }
}

let isPossible: boolean | undefined;

/**
 * Whether this Node.js lets root take on a user's rights. Debian's own never does: linked with a libuv that cannot tell whether
 * it uses io_uring, Node forbids every change of ids (CVE-2024-22017; UvMightBeUsingIoUring() in its node_credentials.cc).
 */
export function canActAs(): boolean {
  isPossible ??= process.geteuid?.() !== 0 || canSetIds();
  return isPossible;
}

function canSetIds(): boolean {
  try {
    process.setegid?.(process.getegid?.() ?? 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Does something with the rights of a user, where root acts for one; in all other cases with one's own.
 *
 * Only the effective ids change, and only for as long as `work` runs, which must not wait for anything. A child process
 * that has become the user altogether would be the user's own: the user could stop it, trace it and answer in its place.
 *
 * @param work - does nothing without asking `permit`: where this Node.js does not allow to take on the rights, root's are
 * what it has.
 */
export function actAs<T>(owner: Owner, work: (permit: Permit) => T): T {
  if (process.geteuid?.() !== 0 || owner.uid === 0) return work(permitAll);
  return canActAs() ? takeOn(owner, () => work(permitAll)) : work(permitByMode(owner));
}

function takeOn<T>(owner: Owner, work: () => T): T {
  if (isWithoutGroups && owner.groups?.length === 0) return become(owner, work);
  const [ownGid, ownGroups] = [process.getegid?.() ?? 0, process.getgroups?.() ?? []];
  try {
    if (owner.groups === undefined) takeAllGroups(owner);
    else process.setgroups?.(owner.groups);
    return become(owner, work);
  } finally {
    process.setegid?.(ownGid);
    process.setgroups?.(ownGroups);
  }
}

/** A uid that no directory knows, or none that answers, has no groups beside its own. */
function takeAllGroups({ uid, gid }: Owner): void {
  try {
    process.initgroups?.(uid, gid);
  } catch (error) {
    if (errorCode(error) !== "ERR_UNKNOWN_CREDENTIAL") throw error;
    process.setgroups?.([gid]);
  }
}

/** The group stays afterwards, for whoever comes next to change: root's rights do not hang on it. */
function become<T>({ uid, gid }: Owner, work: () => T): T {
  try {
    process.setegid?.(gid);
    process.seteuid?.(uid);
    if (process.geteuid?.() !== uid || process.getegid?.() !== gid)
      throw new Error("sshctl cannot switch to the user's rights.");
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

let isWithoutGroups = false;

/**
 * Gives up the own groups for as long as `work` runs, which must not wait for anything: to act for many users, one after the
 * other, then takes half as many system calls, each of which Node has to make in all of its threads.
 */
export function withoutGroups<T>(work: () => T): T {
  if (process.geteuid?.() !== 0 || isWithoutGroups || !canActAs()) return work();
  const [ownGid, ownGroups] = [process.getegid?.() ?? 0, process.getgroups?.() ?? []];
  try {
    process.setgroups?.([]);
    isWithoutGroups = true;
    return work();
  } finally {
    isWithoutGroups = false;
    process.setegid?.(ownGid);
    process.setgroups?.(ownGroups);
  }
}
