/** Where the service of rules keeps what it knows, and tells how it stands. In a file of its own, because every list looks there. */
export const policyStatePath = "/var/lib/sshctl/policy";
export const policyStatusName = "status.json";
export const policyStatusPath = `${policyStatePath}/${policyStatusName}`;
