import type { ChosenSessions } from "../../../domain/choose-sessions.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import { columnNames, columnOf, defaultColumns, type ColumnName, type View } from "./columns.ts";
import { renderCsv } from "../../../text/csv.ts";
import type { Grid, GridRow, TextStyle, TableLayout } from "../../../text/grid.ts";
import { renderSessionsJson, renderSessionsNdjson } from "./sessions-json.ts";
import { legendLines } from "./legend.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { sortSessions, type SortKey } from "./sort.ts";
import { visible } from "../../../text/visible.ts";
import { wrapWords } from "../../../text/wrap.ts";

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
export async function renderSessions(
  report: SessionReport,
  chosen: ChosenSessions,
  layout: SessionsLayout,
  look: TextStyle,
): Promise<string> {
  const { format, fullCommand } = layout;
  const view: View = { nowMs: report.takenAtMs, fullCommand };
  const sessions = sortSessions(chosen.sessions, layout.sort, view);
  switch (format) {
    case "json":
      return renderSessionsJson({ report, chosen: { ...chosen, sessions }, fullCommand });
    case "ndjson":
      return renderSessionsNdjson(sessions, view);
    case "pid":
      return sessions.map(({ pid }) => `${String(pid)}\n`).join("");
    case "csv":
      return renderCsv(gridOf(sessions, layout.columns ?? columnNames, view, true), layout.headers);
    case "table":
    case "wide":
      return hasLegend(layout, look)
        ? renderForTerminal(report, { ...chosen, sessions }, layout, view, look)
        : renderGrid(gridOf(sessions, columnsOf(layout, sessions), view, true), layout, look);
  }
}

/** Whether the text tells people at a terminal what the rows leave out. */
export function hasLegend({ format }: SessionsLayout, { width }: TextStyle): boolean {
  return (format === "table" || format === "wide") && width !== undefined;
}

function columnsOf({ columns, format }: SessionsLayout, sessions: readonly Session[]): readonly ColumnName[] {
  if (columns !== undefined) return columns;
  if (format === "wide") return columnNames;
  const containers = sessions.some(({ container }) => container) ? (["container"] as const) : [];
  const logins = sessions.some(({ auth }) => auth !== undefined) ? (["auth", "key"] as const) : [];
  return [...defaultColumns, ...containers, ...logins, "command"];
}

async function renderForTerminal(
  report: SessionReport,
  chosen: ChosenSessions,
  layout: SessionsLayout,
  view: View,
  look: TextStyle,
): Promise<string> {
  const columns = columnsOf(layout, chosen.sessions);
  const grid = gridOf(chosen.sessions, columns, view, false);
  const table = chosen.sessions.length > 0 ? await renderGrid(grid, tableLayoutOf(layout), look) : "";
  const legend = legendLines(report, chosen, columns)
    .flatMap((line) => wrapWords(visible(line), look.width))
    .map((line) => `${look.chalk.dim(line)}\n`)
    .join("");
  return table + legend;
}

/** Whoever names columns wants all of them, and whoever asks for the wide table wants everything. */
function tableLayoutOf({ headers, truncate, format, columns }: SessionsLayout): TableLayout {
  return { headers, truncate: truncate && format !== "wide", isWhole: columns !== undefined };
}

/** Exact values for programs: times in ISO 8601, plain seconds. Short ones for people. */
export function gridOf(sessions: readonly Session[], names: readonly ColumnName[], view: View, exact: boolean): Grid {
  const columns = names.map((name) => ({ name, ...columnOf(name) }));
  return {
    columns,
    rows: sessions.map((session) => ({
      cells: columns.map(({ data, text }) => (exact ? (data ?? text) : text)(session, view)),
      ...emphasisOf(session),
    })),
  };
}

function emphasisOf({ self, phase }: Session): Pick<GridRow, "emphasis"> {
  if (self === true) return { emphasis: "own" };
  return phase === "authenticating" ? { emphasis: "dim" } : {};
}
