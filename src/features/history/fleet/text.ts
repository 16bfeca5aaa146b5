/** Connections of many hosts: the columns of `history`, with the host in front. */
import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type {
  FleetHistoryCountsDocument,
  FleetHistoryDocument,
  FleetPastConnectionJson,
} from "../../../text/json-contract.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime } from "../../../text/time.ts";
import { visibleJson } from "../../../text/visible.ts";
import { answeredToJson, failedToJson } from "../../sessions/fleet/ask-sshctl.ts";
import {
  historyColumnNames,
  historyGrid,
  tableColumns,
  wideColumns,
  type GridKind,
  type HistoryColumnName,
} from "../text/columns.ts";
import { countFleetRows, type FleetCountKey, type HistoryCount } from "../counts.ts";
import { countsGrid, countToJson } from "../text/counts.ts";
import { fillFrame, rowsGoHere, rowToJson, type Frame } from "../text/history-json.ts";
import { mostRows, spanText, type HistoryLayout } from "../text/render.ts";
import type { AskedTime } from "../times.ts";
import type { FleetCountsView } from "./fleet-view.ts";
import type { FleetHistory, FleetRow } from "./fleet-history.ts";

/** In parts: many hosts tell of very many connections. */
export async function* renderFleetHistory(
  shown: FleetHistory,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): AsyncGenerator<string> {
  const { format, columns, headers, truncate } = layout;
  const { rows } = shown;
  switch (format) {
    case "json":
      return yield* renderFleetHistoryJson(shown, asked);
    case "ndjson":
      for (const row of rows) yield `${visibleJson(JSON.stringify(fleetRowToJson(row)))}\n`;
      return;
    case "csv":
      for (let start = 0; start === 0 || start < rows.length; start += atOnce) {
        const grid = fleetGrid(rows.slice(start, start + atOnce), columns ?? historyColumnNames, "data");
        yield renderCsv(grid, headers && start === 0);
      }
      return;
    case "table":
    case "wide":
    case "html": {
      if (rows.length === 0) return yield style.width === undefined ? "" : nobodyText(asked);
      const kind = format === "wide" ? "wide" : "table";
      const usual = kind === "wide" ? wideColumns : tableColumns;
      const grid = fleetGrid(rows.slice(-mostRows(layout, style)), columns ?? usual, kind);
      const isWhole = columns !== undefined;
      yield renderGrid(isWhole ? grid : withoutSilent(grid), { headers, truncate, isWhole }, style);
    }
  }
}

const atOnce = 500;

function nobodyText(asked: AskedTime): string {
  return `nobody is known to have been on ${spanText(asked)}\n`;
}

export async function renderFleetCounts(
  shown: FleetHistory,
  asked: AskedTime,
  { by, format, headers }: FleetCountsView,
  style: TextStyle,
): Promise<string> {
  const counts = countFleetRows(shown.rows, by);
  if (format === "json") return renderFleetCountsJson(shown, counts, by, asked);
  const grid = countsGrid(counts, by, format === "csv");
  if (format === "csv") return renderCsv(grid, headers);
  if (counts.length === 0) return style.width === undefined ? "" : nobodyText(asked);
  return renderGrid(withoutSilent(grid), { headers, truncate: true }, style);
}

function fleetGrid(rows: readonly FleetRow[], names: readonly HistoryColumnName[], kind: GridKind): Grid {
  const grid = historyGrid(rows, names, kind);
  return {
    columns: [{ title: "HOST" }, ...grid.columns],
    rows: grid.rows.map((row, index) => ({ ...row, cells: [rows[index]?.host, ...row.cells] })),
  };
}

function fleetRowToJson({ host, ...row }: FleetRow) {
  return { host, ...rowToJson(row) };
}

/** docs/schemas/fleet-history-1.json */
function* renderFleetHistoryJson(shown: FleetHistory, asked: AskedTime): Generator<string> {
  const frame = renderJson<Frame<FleetHistoryDocument>>({
    schema: "sshctl.fleet-history/1",
    ...spanToJson(shown, asked),
    hosts: hostsToJson(shown),
    connections: shown.rows.length === 0 ? [] : [rowsGoHere],
  });
  yield* fillFrame(frame, shown.rows, (row) => renderJson<FleetPastConnectionJson>(fleetRowToJson(row)));
}

/** docs/schemas/fleet-history-counts-1.json */
function renderFleetCountsJson(
  shown: FleetHistory,
  counts: readonly HistoryCount[],
  by: FleetCountKey,
  asked: AskedTime,
): string {
  return renderJson<FleetHistoryCountsDocument>({
    schema: "sshctl.fleet-history-counts/1",
    ...spanToJson(shown, asked),
    by,
    hosts: hostsToJson(shown),
    counts: counts.map(countToJson),
  });
}

function spanToJson({ fleet }: FleetHistory, { fromMs, toMs }: AskedTime) {
  return { takenAt: isoTime(fleet.takenAtMs), since: isoTime(fromMs), until: isoTime(toMs) };
}

function hostsToJson({ fleet, undecided }: FleetHistory) {
  return [
    ...fleet.answered.map((host) => ({
      name: host.name,
      ...answeredToJson(host),
      undecided: undecided.get(host.name) ?? 0,
      sources: host.document.sources,
    })),
    ...fleet.failed.map(({ name, failure }) => ({ name, ...failedToJson(failure), undecided: null, sources: [] })),
  ];
}
