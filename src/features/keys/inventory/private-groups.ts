import type { Account, Group } from "../../../system/accounts.ts";
import type { PrivateGroups } from "./strict-modes.ts";

/** Groups whose only member is one user: secure_permissions() in Debian's sshd counts them like this. */
export function privateGroups(accounts: readonly Account[], groups: readonly Group[]): PrivateGroups {
  const uids = new Map<number, Set<number>>();
  for (const { gid, uid } of accounts) uids.set(gid, (uids.get(gid) ?? new Set()).add(uid));
  const members = new Map(groups.map((group) => [group.gid, group.members]));
  const names = new Map(accounts.map(({ uid, name }) => [uid, name]));
  return {
    isPrivate: (gid, uid) => {
      const others = members.get(gid);
      if (others === undefined) return false;
      const primary = uids.get(gid) ?? new Set();
      if ([...primary].some((each) => each !== uid)) return false;
      if (others.some((name) => name !== names.get(uid)) || others.length > 1) return false;
      return primary.size + others.length > 0;
    },
  };
}
