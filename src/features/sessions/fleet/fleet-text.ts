import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { comparisons, sortRows, type RowsLayout } from "../text/sort.ts";
import type { View } from "../text/columns.ts";
import { emphasisOf, type SessionFormat } from "../text/sessions-text.ts";
import {
  fleetColumnNames,
  fleetColumnOf,
  usualColumns,
  usualWideColumns,
  type FleetColumnName,
} from "./fleet-columns.ts";
import { renderFleetJson, renderFleetNdjson } from "./fleet-json.ts";
import { rowsOf, type FleetRow, type FleetSessions } from "./fleet-sessions.ts";

export interface FleetLayout extends RowsLayout<FleetColumnName> {
  format: SessionFormat;
  fullCommand: boolean;
}

/** Sessions of many hosts as text in any format. */
export async function renderFleet(fleet: FleetSessions, layout: FleetLayout, look: TextStyle): Promise<string> {
  const rows = sorted(rowsOf(fleet), layout);
  switch (layout.format) {
    case "json":
      return renderFleetJson(fleet, rows, layout.fullCommand);
    case "ndjson":
      return renderFleetNdjson(rows, layout.fullCommand);
    case "pid":
      return rows.map(({ host, session }) => `${host} ${String(session.pid)}\n`).join("");
    case "csv":
      return renderCsv(dataOf(rows, layout.columns ?? fleetColumnNames, layout.fullCommand), layout.headers);
    case "table":
    case "wide": {
      if (rows.length === 0 && look.width !== undefined) return "";
      const truncate = layout.truncate && layout.format !== "wide";
      const isWhole = layout.columns !== undefined;
      return renderGrid(tableOf(rows, layout), { headers: layout.headers, truncate, isWhole }, look);
    }
  }
}

function sorted(rows: readonly FleetRow[], { sort, fullCommand }: FleetLayout): FleetRow[] {
  const valueOf = (name: FleetColumnName) => {
    const { order, text } = fleetColumnOf(name);
    return (row: FleetRow) => (order === undefined ? text(row.session, viewOf(row, fullCommand)) : order(row.session));
  };
  return sortRows(rows, comparisons(sort, valueOf));
}

const viewOf = ({ host, nowMs }: FleetRow, fullCommand: boolean): View => ({ host, nowMs, fullCommand });

function tableOf(rows: readonly FleetRow[], { columns: chosen, format, fullCommand }: FleetLayout): Grid {
  const columns = columnsOf(chosen ?? (format === "wide" ? usualWideColumns : usualColumns));
  const grid = {
    columns,
    rows: rows.map((row) => ({
      cells: columns.map(({ text }) => text(row.session, viewOf(row, fullCommand))),
      ...emphasisOf(row.session),
    })),
  };
  return chosen === undefined ? withoutSilent(grid) : grid;
}

function dataOf(rows: readonly FleetRow[], names: readonly FleetColumnName[], fullCommand: boolean): Grid {
  const columns = columnsOf(names);
  return {
    columns,
    rows: rows.map((row) => ({
      cells: columns.map(({ data, text }) => (data ?? text)(row.session, viewOf(row, fullCommand))),
    })),
  };
}

function columnsOf(names: readonly FleetColumnName[]) {
  return names.map((name) => ({ name, ...fleetColumnOf(name) }));
}
