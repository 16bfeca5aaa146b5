/** --example: the host that comes with sshctl, so that every command that looks can be tried anywhere, without root. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { UsageError } from "../../errors.ts";
import { notice } from "./notes.ts";

export const exampleOption = {
  example: { group: "Source", describe: "read the example host that comes with sshctl instead of this machine" },
} satisfies OptionTable;

/**
 * This machine, or the example host if that was asked for.
 *
 * @param plays - whether time goes on there.
 * @throws UsageError, FatalError
 */
export async function placeOf(given: GivenOptions, context: Context, plays = false): Promise<Context> {
  if (!given.flag("example")) return context;
  const { exampleMachine } = await import("../../report/example-machine.ts");
  const { host, reports } = await exampleMachine(await context.host(), plays);
  notice("this is an example host, not this machine: for that, leave out --example", context.err);
  return { ...context, host: async () => Promise.resolve(host), reports: async () => Promise.resolve(reports) };
}

/**
 * @param deed - what can be done to sessions here, but not there.
 * @throws UsageError for whatever would change the example host.
 */
export function rejectDeeds(given: GivenOptions, deed: "ended" | "written to"): void {
  if (given.flag("example") && !given.flag("dry-run"))
    throw new UsageError(`Nothing can be ${deed} on the example host.`, "Add --dry-run to see what would be done.");
}

/** @throws UsageError for programs, which do not run there. */
export function rejectBackends(given: GivenOptions): void {
  if (given.flag("example") && given.texts("backend").some((name) => name !== "kill"))
    throw new UsageError("No programs run on the example host.", "Leave out --backend.");
}
