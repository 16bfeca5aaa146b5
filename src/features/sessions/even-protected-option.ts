import type { OptionTable } from "../../cli/command.ts";

/** Of every command that respects /etc/sshctl/protected. */
export const evenProtectedOption = {
  "even-protected": {
    group: "Safety and records",
    value: "NAME",
    describe: "set aside this line of /etc/sshctl/protected, once; give each by itself",
  },
} satisfies OptionTable;
