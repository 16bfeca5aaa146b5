import type { OptionTable } from "./command.ts";

const group = "Global options";

/** Options of every command, and of `sshctl` alone. */
export const globalOptions = {
  help: { group, alias: "h", describe: "show this help, or that of a command" },
  version: { group, alias: "V", describe: "show the version" },
} satisfies OptionTable;
