/** Under which sshctl changes what belongs to root. */
export const systemLock = { path: "/run/sshctl.lock", owner: { uid: 0, gid: 0 } };
