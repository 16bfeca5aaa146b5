/** Connections of many hosts: the columns of `history`, with the host in front. */
import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { FleetHistoryDocument } from "../../../text/json-contract.ts";
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
import { rowToJson } from "../text/history-json.ts";
import { mostRows, spanText, type HistoryLayout } from "../text/render.ts";
import type { AskedTime } from "../times.ts";
import type { FleetHistory, FleetRow } from "./fleet-history.ts";

export async function renderFleetHistory(
  shown: FleetHistory,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): Promise<string> {
  const { format, columns, headers, truncate } = layout;
  const { rows } = shown;
  if (format === "json") return renderFleetHistoryJson(shown, asked);
  if (format === "ndjson") return rows.map((row) => `${visibleJson(JSON.stringify(fleetRowToJson(row)))}\n`).join("");
  if (format === "csv") return renderCsv(fleetGrid(rows, columns ?? historyColumnNames, "data"), headers);
  if (rows.length === 0) return style.width === undefined ? "" : `nobody is known to have been on ${spanText(asked)}\n`;
  const kind = format === "wide" ? "wide" : "table";
  const usual = kind === "wide" ? wideColumns : tableColumns;
  const grid = fleetGrid(rows.slice(-mostRows(layout, style)), columns ?? usual, kind);
  const isWhole = columns !== undefined;
  return renderGrid(isWhole ? grid : withoutSilent(grid), { headers, truncate, isWhole }, style);
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
function renderFleetHistoryJson({ fleet, rows, undecided }: FleetHistory, { fromMs, toMs }: AskedTime): string {
  return renderJson<FleetHistoryDocument>({
    schema: "sshctl.fleet-history/1",
    takenAt: isoTime(fleet.takenAtMs),
    since: isoTime(fromMs),
    until: isoTime(toMs),
    hosts: [
      ...fleet.answered.map((host) => ({
        name: host.name,
        ...answeredToJson(host),
        undecided: undecided.get(host.name) ?? 0,
        sources: host.document.sources,
      })),
      ...fleet.failed.map(({ name, failure }) => ({ name, ...failedToJson(failure), undecided: null, sources: [] })),
    ],
    connections: rows.map(fleetRowToJson),
  });
}
