/** This room shows sessions: as a table, JSON, CSV or details, with columns, legend and sort order. */
import type { ChosenSessions } from "../../../domain/choose-sessions.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import {
  columnNames,
  columnOf,
  defaultColumns,
  roomyColumns,
  viewOf,
  wideColumns,
  type ColumnName,
  type View,
} from "./columns.ts";
import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type GridRow, type TextStyle, type TableLayout } from "../../../text/grid.ts";
import { renderSessionsJson, renderSessionsNdjson } from "./sessions-json.ts";
import { legendLines } from "./legend.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { sortSessions, type RowsLayout } from "./sort.ts";
import { visible } from "../../../text/visible.ts";
import { wrapWords } from "../../../text/wrap.ts";

export const sessionFormats = ["table", "wide", "json", "ndjson", "csv", "pid"] as const;
export type SessionFormat = (typeof sessionFormats)[number];

/** Formats with columns to choose. */
export const tabularFormats: ReadonlySet<SessionFormat> = new Set<SessionFormat>(["table", "wide", "csv"]);

export interface SessionsLayout extends RowsLayout {
  format: SessionFormat;
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
  const view = viewOf(report, fullCommand);
  const sessions = sortSessions(chosen.sessions, layout.sort, view);
  switch (format) {
    case "json":
      return renderSessionsJson({ report, chosen: { ...chosen, sessions }, fullCommand });
    case "ndjson":
      return renderSessionsNdjson(sessions, view);
    case "pid":
      return sessions.map(({ pid }) => `${String(pid)}\n`).join("");
    case "csv":
      return renderCsv(dataOf(sessions, layout.columns ?? columnNames, view), layout.headers);
    case "table":
    case "wide":
      return hasLegend(layout, look)
        ? renderForTerminal(report, { ...chosen, sessions }, layout, view, look)
        : renderGrid(tableOf(sessions, layout, view, false), layout, look);
  }
}

/** Whether the text tells people at a terminal what the rows leave out. */
export function hasLegend({ format }: SessionsLayout, { width }: TextStyle): boolean {
  return (format === "table" || format === "wide") && width !== undefined;
}

/** @param isRoomy - whether a wide terminal is to be filled. */
function tableOf(sessions: readonly Session[], layout: SessionsLayout, view: View, isRoomy: boolean): Grid {
  const { columns, format } = layout;
  if (columns !== undefined) return gridOf(sessions, columns, view);
  const usual = format === "wide" ? wideColumns : isRoomy ? roomyColumns : defaultColumns;
  return withoutSilent(gridOf(sessions, usual, view));
}

async function renderForTerminal(
  report: SessionReport,
  chosen: ChosenSessions,
  layout: SessionsLayout,
  view: View,
  look: TextStyle,
): Promise<string> {
  const tableLayout = tableLayoutOf(layout);
  const grid = tableOf(chosen.sessions, layout, view, tableLayout.truncate);
  const table = chosen.sessions.length > 0 ? await renderGrid(grid, tableLayout, look) : "";
  const hasMarks = (layout.columns ?? defaultColumns).includes("self");
  const legend = legendLines(report, chosen, hasMarks)
    .flatMap((line) => wrapWords(visible(line), look.width))
    .map((line) => `${look.chalk.dim(line)}\n`)
    .join("");
  return table + legend;
}

/** Whoever names columns wants all of them, and whoever asks for the wide table wants everything. */
function tableLayoutOf({ headers, truncate, format, columns }: SessionsLayout): TableLayout {
  return { headers, truncate: truncate && format !== "wide", isWhole: columns !== undefined };
}

/** For people: short values, in the local time zone. */
export function gridOf(sessions: readonly Session[], names: readonly ColumnName[], view: View): Grid {
  const columns = names.map((name) => ({ name, ...columnOf(name) }));
  return {
    columns,
    rows: sessions.map((session) => ({
      cells: columns.map(({ text }) => text(session, view)),
      ...emphasisOf(session),
    })),
  };
}

/** For programs: times in ISO 8601, plain seconds. */
function dataOf(sessions: readonly Session[], names: readonly ColumnName[], view: View): Grid {
  const columns = names.map((name) => ({ name, ...columnOf(name) }));
  return {
    columns,
    rows: sessions.map((session) => ({ cells: columns.map(({ data, text }) => (data ?? text)(session, view)) })),
  };
}

export function emphasisOf({ self, phase }: Session): Pick<GridRow, "emphasis"> {
  if (self === true) return { emphasis: "own" };
  return phase === "open" ? {} : { emphasis: "dim" };
}
