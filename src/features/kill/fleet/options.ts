/** What of kill and kill-all is possible on other hosts without a program of sshctl's there. */
import type { GivenOptions, OptionTable } from "../../../cli/command.ts";
import { UsageError } from "../../../errors.ts";
import { actOptions } from "../../sessions/fleet/act/options.ts";
import { meansFleet } from "../../sessions/fleet/options.ts";

/** An option of kill-all alone. */
export const everyoneOption = {
  everyone: { group: "Other hosts", describe: "with --on: all sessions, where nothing is selected" },
} satisfies OptionTable;

/**
 * Whether other hosts are meant.
 *
 * @throws UsageError for options that need --on, and for those that cannot go with it.
 */
export function meansOtherHosts(given: GivenOptions, options: OptionTable): boolean {
  if (meansFleet(given)) {
    rejectLocalOptions(given, options);
    return true;
  }
  const stray = Object.keys({ ...actOptions, ...everyoneOption }).find((name) => isGiven(given, name, options));
  if (stray !== undefined) throw new UsageError(`--${stray} needs hosts.`, "Name them by --on.");
  return false;
}

/** They need more of a machine than a script of plain shell can do there. */
const localOnly = [
  "everything",
  "warn",
  "message",
  "restart-listener",
  "include-listener",
  "backend",
  "until-none",
  "evidence",
  "only-this",
  "root",
  "example",
];

function rejectLocalOptions(given: GivenOptions, options: OptionTable): void {
  const option = localOnly.find((name) => isGiven(given, name, options));
  if (option !== undefined)
    throw new UsageError(
      `--${option} does not go with --on: only the sshctl of a machine can do that.`,
      "Run sshctl on the host.",
    );
}

function isGiven(given: GivenOptions, name: string, options: OptionTable): boolean {
  const spec = options[name];
  if (spec === undefined) return false;
  return spec.value === undefined ? given.flag(name) : given.texts(name).length > 0;
}
