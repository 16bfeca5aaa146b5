import type { OptionTable } from "../../../../cli/command.ts";
import { actOptions } from "../act/options.ts";
import { sshctlFleetOptions } from "../options.ts";

/** Of commands that the sshctl of other hosts carries out. */
export const throughSshctlOptions = {
  ...sshctlFleetOptions,
  on: {
    ...sshctlFleetOptions.on,
    describe: "have the sshctl of these hosts do it, over SSH: web1, web[1-20], @group",
  },
  ...actOptions,
} satisfies OptionTable;
