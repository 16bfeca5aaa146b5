import type { ChosenSessions } from "../domain/choose-sessions.ts";
import type { Session, SessionReport } from "../domain/session.ts";
import { columnNames, columnOf, defaultColumns, type ColumnName, type View } from "./columns.ts";
import { renderCsv } from "./csv.ts";
import { renderSessionsJson, renderSessionsNdjson } from "./json.ts";
import { legendLines } from "./legend.ts";
import { sortSessions, type SortKey } from "./sort.ts";
import { renderPlain, renderTable, type Grid, type GridRow, type Look } from "./table.ts";
import { visible } from "./visible.ts";

export const sessionFormats = ["table", "wide", "json", "ndjson", "csv", "pid"] as const;
export type SessionFormat = (typeof sessionFormats)[number];

/** Formats with columns to choose. */
export const tabularFormats: ReadonlySet<SessionFormat> = new Set<SessionFormat>(["table", "wide", "csv"]);

export interface SessionsLayout {
  format: SessionFormat;
  /** Undefined: the usual ones of the format. */
  columns: readonly ColumnName[] | undefined;
  sort: readonly SortKey[];
  headers: boolean;
  /** Cut cells to the width of the terminal. */
  truncate: boolean;
  fullCommand: boolean;
}

/** Chosen sessions as text in any format: what every command prints that shows sessions. */
export function renderSessions(
  report: SessionReport,
  chosen: ChosenSessions,
  layout: SessionsLayout,
  look: Look,
): string {
  const { format, fullCommand } = layout;
  const view: View = { nowMs: report.takenAtMs, fullCommand };
  const sessions = sortSessions(chosen.sessions, layout.sort, view);
  switch (format) {
    case "json":
      return renderSessionsJson({ report, chosen: { ...chosen, sessions }, fullCommand });
    case "ndjson":
      return renderSessionsNdjson(sessions, fullCommand);
    case "pid":
      return sessions.map(({ pid }) => `${String(pid)}\n`).join("");
    case "csv":
      return renderCsv(dataGrid(sessions, layout.columns ?? columnNames, view), layout.headers);
    case "table":
    case "wide":
      return look.width === undefined
        ? renderPlain(dataGrid(sessions, columnsOf(layout), view), layout, look)
        : renderForTerminal(report, { ...chosen, sessions }, layout, view, look);
  }
}

function columnsOf({ columns, format }: SessionsLayout): readonly ColumnName[] {
  return columns ?? (format === "wide" ? columnNames : defaultColumns);
}

function renderForTerminal(
  report: SessionReport,
  chosen: ChosenSessions,
  layout: SessionsLayout,
  view: View,
  look: Look,
): string {
  const grid = peopleGrid(chosen.sessions, columnsOf(layout), view);
  const table =
    chosen.sessions.length > 0
      ? renderTable(grid, { ...layout, truncate: layout.truncate && layout.format !== "wide" }, look)
      : "";
  const nobody = chosen.sessions.length === 0 && report.listeners.length > 0 ? ["no SSH sessions"] : [];
  const legend = [...nobody, ...legendLines(report, chosen)]
    .map((line) => `${look.chalk.dim(visible(line))}\n`)
    .join("");
  return table + legend;
}

/** Exact values: times in ISO 8601, plain seconds. */
function dataGrid(sessions: readonly Session[], names: readonly ColumnName[], view: View): Grid {
  const columns = names.map(columnOf);
  return {
    columns,
    rows: sessions.map((session) => ({ cells: columns.map(({ data, text }) => (data ?? text)(session, view)) })),
  };
}

/** Short values, and the rows that a reader looks for. */
function peopleGrid(sessions: readonly Session[], names: readonly ColumnName[], view: View): Grid {
  const columns = names.map(columnOf);
  return {
    columns,
    rows: sessions.map((session) => ({
      cells: columns.map(({ text }) => text(session, view)),
      ...emphasisOf(session),
    })),
  };
}

function emphasisOf({ self, phase }: Session): Pick<GridRow, "emphasis"> {
  if (self === true) return { emphasis: "own" };
  return phase === "authenticating" ? { emphasis: "dim" } : {};
}
