import type { GivenOptions } from "../../../cli/command.ts";
import { UsageError } from "../../../errors.ts";
import type { View } from "../view.ts";

const rows = "-o csv and -o json have the rows of all hosts.";

/** @throws UsageError for what is only shown of one machine. */
export function rejectForHosts(given: GivenOptions, { kind }: View): void {
  for (const option of ["root", "journal"])
    if (given.texts(option).length > 0)
      throw new UsageError(`--on and --${option} name two sources.`, "Give one of them.");
  switch (kind) {
    case "rows":
      return;
    case "attempts":
      throw new UsageError("--failed does not go with --on.", "Run sshctl history --failed on each host.");
    case "picture":
      throw new UsageError("--picture does not go with --on.", "Leave out --picture, or run it on each host.");
    case "page":
      throw new UsageError("-o html does not go with --on.", `${rows} Pages are made on each host.`);
    case "counts":
      throw new UsageError("--by does not go with --on.", rows);
  }
}
