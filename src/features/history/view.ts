/** What of a history is shown, and how: read from the options completely before anything else is. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { oneOf, single } from "../../cli/values.ts";
import { UsageError } from "../../errors.ts";
import { parseFormat, parseRows } from "../sessions/output-options.ts";
import { attemptKeys, type AttemptKey } from "./attempts.ts";
import { countKeys, fleetCountKeys, type CountKey } from "./counts.ts";
import type { LineFor } from "./picture/timeline.ts";
import { historyColumnNames } from "./text/columns.ts";
import { historyFormats, tabularFormats, type HistoryFormat, type HistoryLayout } from "./text/render.ts";

const group = "Output";

export const viewOptions = {
  failed: { group: "Select", describe: "failed logins, counted by address, user and method" },
  by: {
    group,
    value: "FACT",
    offer: [...new Set([...fleetCountKeys, ...attemptKeys])],
    describe: `count by this fact: ${countKeys.join(", ")}; with --on also host; with --failed: ${attemptKeys.join(", ")}`,
  },
  picture: { group, describe: "draw a line over time for each connection; with --by user, for each user" },
  pseudonyms: { group, describe: "replace names, addresses and keys by user1, address1, key1" },
} satisfies OptionTable;

/** Formats of counts. */
export type CountFormat = "table" | "json" | "csv";

export type View =
  | { kind: "rows"; layout: HistoryLayout }
  | { kind: "page"; layout: HistoryLayout }
  | { kind: "picture"; lineFor: LineFor; layout: HistoryLayout }
  | { kind: "counts"; by: CountKey; format: CountFormat; headers: boolean }
  | { kind: "attempts"; by: AttemptKey | undefined; format: CountFormat; headers: boolean };

/** @throws UsageError for options that do not go together. */
export function parseView(given: GivenOptions): View {
  const layout = parseLayout(given);
  const isByGiven = given.texts("by").length > 0;
  if (given.flag("failed")) return parseAttemptsView(given);
  if (given.flag("picture")) return pictureView(given, layout);
  if (isByGiven) {
    rejectColumns(layout, "--by");
    const { headers } = layout;
    const by = single(given, "by", oneOf(fleetCountKeys)) ?? "user";
    const format = countFormat(layout, "--by");
    if (by === "host") throw new UsageError("--by host counts the connections of many hosts.", "Name them by --on.");
    return { kind: "counts", by, format, headers };
  }
  return { kind: layout.format === "html" ? "page" : "rows", layout };
}

/** @throws UsageError */
export function parseAttemptsView(given: GivenOptions): Extract<View, { kind: "attempts" }> {
  const layout = parseLayout(given);
  rejectForAttempts(given);
  const by = single(given, "by", oneOf(attemptKeys));
  return { kind: "attempts", by, format: countFormat(layout, "--failed"), headers: layout.headers };
}

export function parseLayout(given: GivenOptions): HistoryLayout {
  const format = parseFormat(given, historyFormats);
  const table = parseRows(given, oneOf(historyColumnNames), format, tabularFormats);
  return { ...table, format, truncate: table.truncate && format !== "wide" };
}

function pictureView(given: GivenOptions, layout: HistoryLayout): View {
  if (layout.format !== "table")
    throw new UsageError(
      `--picture draws for a terminal, and -o ${layout.format} is something else.`,
      layout.format === "html" ? "-o html has a picture already: leave out --picture." : "Leave out one of them.",
    );
  rejectColumns(layout, "--picture");
  const by = single(given, "by", { read: (text) => (text === "user" ? text : undefined), allowed: "user" });
  return { kind: "picture", lineFor: by === "user" ? "user" : "connection", layout };
}

/** @throws UsageError for a format that counts cannot be written in. */
export function countFormat({ format }: HistoryLayout, option: string): CountFormat {
  const known: Readonly<Partial<Record<HistoryFormat, CountFormat>>> = {
    table: "table",
    wide: "table",
    json: "json",
    csv: "csv",
  };
  const meant = known[format];
  if (meant !== undefined) return meant;
  throw new UsageError(`${option} cannot be written as ${format}.`, "Allowed: -o table, wide, json, csv.");
}

/** @throws UsageError */
export function rejectColumns({ columns, sort }: HistoryLayout, option: string): void {
  if (columns !== undefined) throw new UsageError(`${option} has no columns to choose.`, "Leave out --columns.");
  if (sort.length > 0 && option !== "--picture")
    throw new UsageError(`${option} has an order of its own.`, "Leave out --sort.");
}

function rejectForAttempts(given: GivenOptions): void {
  const others = ["at", "key", "not-key", "tty", "not-tty", "local-port", "not-local-port", "columns", "sort", "root"];
  for (const option of others)
    if (given.texts(option).length > 0)
      throw new UsageError(
        `--failed does not go with --${option}.`,
        option === "at"
          ? "Attempts are moments themselves: give --since and --until."
          : "Attempts are chosen by --user, --from, --since and --until, and counted with --by.",
      );
  if (given.flag("picture"))
    throw new UsageError("--failed has no picture.", "--failed --by hour and --by day tell when attempts were made.");
}
