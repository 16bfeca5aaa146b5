/** Where root records which accounts it has locked. In a file of its own, because every list looks there. */
export const locksPath = "/var/lib/sshctl/locks";
