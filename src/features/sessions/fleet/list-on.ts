/** `list --on` */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { UsageError, type ExitCode } from "../../../errors.ts";
import { parseFormat, parseStyle, parseRows, showsOnlyRows } from "../output-options.ts";
import { parseKeys } from "../selection-options.ts";
import { sessionFormats, tabularFormats } from "../text/sessions-text.ts";
import { fleetColumn, fleetColumnOf } from "./fleet-columns.ts";
import { tellOfFleet } from "./fleet-notes.ts";
import { chooseOnHosts, exitCodeOf, parseFleetChoice } from "./fleet-sessions.ts";
import { renderFleet, type FleetLayout } from "./fleet-text.ts";
import { lookAndShow, namedHosts, parseReach, rejectOtherSources } from "./look.ts";

export async function listOn(given: GivenOptions, context: Context): Promise<ExitCode> {
  const layout = parseFleetLayout(given);
  const style = parseStyle(given, context);
  rejectOtherSources(given);
  const reach = parseReach(given);
  // Understood before anybody is asked.
  const { criteria } = parseFleetChoice(given);
  const named = [...(layout.columns ?? []), ...layout.sort.map(({ column }) => column)];
  if (given.texts("payload").length > 0 || named.includes("payload"))
    throw new UsageError(
      "--on looks once, and what sessions carry takes two looks.",
      'Use "sshctl list --payload 10s" on the host.',
    );
  const logins =
    given.flag("auth") ||
    layout.format === "wide" ||
    named.some((name) => name === "auth" || name === "key") ||
    parseKeys(given).length > 0;
  const hosts = await namedHosts(given, context);
  const isMoreNamed = named.some((name) => fleetColumnOf(name).needs === "all");
  const depth = criteria.length === 0 && showsOnlyRows(layout, isMoreNamed, style) ? "rows" : "all";
  return lookAndShow(hosts, reach, { logins, depth }, context, async (look) => {
    const fleet = chooseOnHosts(given, look);
    context.out.write(await renderFleet(fleet, layout, style));
    tellOfFleet(fleet, context.err);
    return exitCodeOf(fleet);
  });
}

/** @throws UsageError */
function parseFleetLayout(given: GivenOptions): FleetLayout {
  const format = parseFormat(given, sessionFormats);
  return {
    format,
    ...parseRows(given, fleetColumn, format, tabularFormats),
    fullCommand: given.flag("full-command"),
  };
}
