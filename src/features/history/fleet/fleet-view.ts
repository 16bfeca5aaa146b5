/** What of the history of many hosts is shown, and how. */
import type { GivenOptions } from "../../../cli/command.ts";
import { oneOf, single } from "../../../cli/values.ts";
import { UsageError } from "../../../errors.ts";
import { fleetCountKeys, type FleetCountKey } from "../counts.ts";
import type { HistoryLayout } from "../text/render.ts";
import type { AttemptKey } from "../attempts.ts";
import { countFormat, parseAttemptsView, parseLayout, rejectColumns, type CountFormat } from "../view.ts";

export type FleetView = FleetHistoryView | FleetAttemptsView;

/** Of connections. */
export type FleetHistoryView = { kind: "rows"; layout: HistoryLayout } | FleetCountsView;

export interface FleetAttemptsView {
  kind: "attempts";
  by: AttemptKey | undefined;
  format: CountFormat;
  headers: boolean;
}

export interface FleetCountsView {
  kind: "counts";
  by: FleetCountKey;
  format: CountFormat;
  headers: boolean;
}

/** @throws UsageError for what is only shown of one machine, and for options that do not go together. */
export function parseFleetView(given: GivenOptions): FleetView {
  for (const option of ["root", "journal"])
    if (given.texts(option).length > 0)
      throw new UsageError(`--on and --${option} name two sources.`, "Give one of them.");
  if (given.flag("failed")) return parseAttemptsView(given);
  if (given.flag("picture"))
    throw new UsageError("--picture does not go with --on.", "Leave out --picture, or run it on each host.");
  const layout = parseLayout(given);
  const by = single(given, "by", oneOf(fleetCountKeys));
  if (by !== undefined) {
    rejectColumns(layout, "--by");
    return { kind: "counts", by, format: countFormat(layout, "--by"), headers: layout.headers };
  }
  if (layout.format === "html")
    throw new UsageError(
      "-o html does not go with --on.",
      "-o csv and -o json have the rows of all hosts. Pages are made on each host.",
    );
  return { kind: "rows", layout };
}
