/** `count --on` */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { oneOf, single } from "../../../cli/values.ts";
import { countBy, countKeys, type Count, type CountKey } from "../../../domain/count-sessions.ts";
import type { ExitCode } from "../../../errors.ts";
import type { FleetCountDocument } from "../../../text/json-contract.ts";
import { renderCsv } from "../../../text/csv.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { renderJson } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { parseFormat, parseStyle } from "../output-options.ts";
import { parseKeys } from "../selection-options.ts";
import { countFormats, countGrid, type CountLayout } from "../text/count-text.ts";
import { hostsToJson } from "./fleet-json.ts";
import { tellOfFleet } from "./fleet-notes.ts";
import { chooseOnHosts, exitCodeOf, parseFleetChoice, type FleetSessions } from "./fleet-sessions.ts";
import { lookAndShow, namedHosts, parseReach, rejectOtherSources } from "./look.ts";

type FleetCountKey = CountKey | "host";

export async function countOn(given: GivenOptions, context: Context): Promise<ExitCode> {
  const key = single(given, "by", oneOf<FleetCountKey>(["host", ...countKeys]));
  const layout = { format: parseFormat(given, countFormats), headers: !given.flag("no-headers") };
  const style = parseStyle(given, context);
  rejectOtherSources(given);
  const reach = parseReach(given);
  // Understood before anybody is asked.
  const { criteria } = parseFleetChoice(given);
  const hosts = await namedHosts(given, context);
  const detail = { logins: parseKeys(given).length > 0, depth: criteria.length > 0 ? "all" : "rows" } as const;
  return lookAndShow(hosts, reach, detail, context, async (look) => {
    const fleet = chooseOnHosts(given, look);
    const total = fleet.answered.flatMap(({ chosen }) => chosen.sessions).length;
    const groups = key === undefined ? undefined : { key, counts: countsOf(fleet, key) };
    context.out.write(await render(fleet, total, groups, layout, style));
    tellOfFleet(fleet, context.err);
    return exitCodeOf(fleet);
  });
}

type Groups = { key: FleetCountKey; counts: readonly Count[] } | undefined;

async function render(
  fleet: FleetSessions,
  total: number,
  groups: Groups,
  { format, headers }: CountLayout,
  style: TextStyle,
): Promise<string> {
  if (format === "json") return renderFleetCountJson(fleet, total, groups);
  if (groups === undefined && format === "table") return `${String(total)}\n`;
  const grid = countGrid(total, groups);
  return format === "csv" ? renderCsv(grid, headers) : renderGrid(grid, { headers, truncate: true }, style);
}

/** Of hosts, every one that has answered: nobody there is a number, too. */
function countsOf({ answered }: FleetSessions, key: FleetCountKey): Count[] {
  if (key !== "host")
    return countBy(
      answered.flatMap(({ chosen }) => chosen.sessions),
      key,
    );
  return answered
    .map(({ name, chosen }) => ({ value: name, count: chosen.sessions.length }))
    .toSorted((a, b) => b.count - a.count);
}

/** docs/schemas/fleet-count-1.json */
function renderFleetCountJson(fleet: FleetSessions, total: number, groups: Groups): string {
  return renderJson<FleetCountDocument>({
    schema: "sshctl.fleet-count/1",
    takenAt: isoTime(fleet.takenAtMs),
    total,
    by: groups?.key ?? null,
    groups: groups?.counts.map(({ value, count }) => ({ value: value ?? null, count })) ?? null,
    hosts: hostsToJson(fleet),
  });
}
