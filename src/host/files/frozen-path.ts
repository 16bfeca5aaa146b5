/** Where root records which sessions it has frozen: on what a reboot empties, as it ends them. In a file of its own, because every list looks there. */
export const frozenPath = "/run/sshctl/frozen";
