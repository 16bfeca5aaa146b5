/** This room writes a history as a table, JSON, NDJSON or CSV. This file chooses the format. */
import { renderCsv } from "../../../text/csv.ts";
import { withHost, withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { fullTime, zoneOffset } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import type { RowsLayout } from "../../sessions/text/sort.ts";
import type { Row, Rows } from "../choose.ts";
import type { AttemptKey } from "../attempts.ts";
import { countRows, type CountKey } from "../counts.ts";
import { drawTimeline, type DrawStyle } from "../picture/draw.ts";
import { renderPage } from "../picture/page.ts";
import { timelineOf, type LineFor } from "../picture/timeline.ts";
import type { AttemptHistory } from "../read/read-attempts.ts";
import { isBeforeAll, type History, type SourceReach } from "../read/read-history.ts";
import type { AskedTime } from "../times.ts";
import type { CountFormat } from "../view.ts";
import { attemptsGrid, renderAttemptsJson } from "./attempts.ts";
import {
  historyColumnNames,
  historyGrid,
  sortHistory,
  tableColumns,
  titleOf,
  wideColumns,
  type GridKind,
  type HistoryColumnName,
} from "./columns.ts";
import { countsGrid } from "./counts.ts";
import { renderCountsJson, renderHistoryJson, renderHistoryNdjson } from "./history-json.ts";

export const historyFormats = ["table", "wide", "json", "ndjson", "csv", "html"] as const;
export type HistoryFormat = (typeof historyFormats)[number];

export const tabularFormats: ReadonlySet<HistoryFormat> = new Set<HistoryFormat>(["table", "wide", "csv", "html"]);

/** With times of the time zone of the terminal, without an offset. */
const zonedFormats: ReadonlySet<HistoryFormat> = new Set<HistoryFormat>(["table", "html"]);

export interface HistoryLayout extends RowsLayout<HistoryColumnName> {
  format: HistoryFormat;
}

export async function* renderHistory(
  history: History,
  chosen: Rows,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): AsyncGenerator<string> {
  const rows = sortHistory(chosen.rows, layout.sort);
  const sorted: Rows = { ...chosen, rows };
  const { format, columns, headers } = layout;
  switch (format) {
    case "json":
      return yield* renderHistoryJson(history, sorted, asked);
    case "ndjson":
      return yield* renderHistoryNdjson(history, sorted);
    case "csv":
      return yield* renderHistoryCsv(history, rows, columns ?? historyColumnNames, headers);
    case "html":
      return yield* renderHistoryPage(history, sorted, asked, layout, style);
    case "table":
    case "wide": {
      if (rows.length === 0) return yield style.width === undefined ? "" : `${emptyText(history, asked, chosen)}\n`;
      const shown = rows.slice(-mostRows(layout, style));
      const grid = historyGrid(shown, columns ?? (format === "wide" ? wideColumns : tableColumns), format);
      const isWhole = columns !== undefined;
      yield renderGrid(isWhole ? grid : withoutSilent(grid), { headers, truncate: layout.truncate, isWhole }, style);
    }
  }
}

function emptyText({ sources }: History, asked: AskedTime, { isSelection }: Pick<Rows, "isSelection">): string {
  if (isBeforeAll(sources, asked)) return `it is not known who was on ${spanText(asked)}`;
  return `${isSelection ? "no connection matches" : "nobody was on"} ${spanText(asked)}`;
}

function* renderHistoryCsv(
  { host }: History,
  rows: readonly Row[],
  names: readonly HistoryColumnName[],
  headers: boolean,
): Generator<string> {
  let isFirst = true;
  for (const grid of gridsOf(rows, names, "data")) {
    yield renderCsv(withHost(grid, host), headers && isFirst);
    isFirst = false;
  }
}

/** In pieces: all cells of a long history take more memory than all that is known of it. */
function* gridsOf(rows: readonly Row[], names: readonly HistoryColumnName[], kind: GridKind): Generator<Grid> {
  for (let start = 0; start === 0 || start < rows.length; start += atOnce)
    yield historyGrid(rows.slice(start, start + atOnce), names, kind);
}

const atOnce = 500;

function* renderHistoryPage(
  history: History,
  chosen: Rows,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): Generator<string> {
  const { rows } = chosen;
  const names = layout.columns ?? pageColumns(rows);
  yield* renderPage({
    host: history.host,
    span: spanText(asked),
    notes: historyNotes(history, chosen, asked, layout, style),
    timeline: timelineOf(rows, asked, rows.length > mostOwnLines ? "user" : "connection", history.takenAtMs),
    grids: rows.length === 0 ? [] : gridsOf(rows, names, "table"),
  });
}

/** Of more connections, those of one user have one line of the page's picture. */
const mostOwnLines = 200;

/** Columns that tell nothing of any row are left out, as in the table. */
function pageColumns(rows: readonly Row[]): readonly HistoryColumnName[] {
  const telling = new Set(
    rows.flatMap((row) => withoutSilent(historyGrid([row], tableColumns, "table")).columns.map(({ title }) => title)),
  );
  return tableColumns.filter((name) => telling.has(titleOf(name)));
}

/** A line over time for each connection or user. */
export function* renderPicture(
  history: History,
  { rows, isSelection }: Rows,
  asked: AskedTime,
  lineFor: LineFor,
  layout: HistoryLayout,
  style: DrawStyle,
): Generator<string> {
  if (rows.length === 0)
    return yield style.width === undefined ? "" : `${emptyText(history, asked, { isSelection })}\n`;
  const shown = sortHistory(rows, layout.sort).slice(-mostRows(layout, style));
  yield* drawTimeline(timelineOf(shown, asked, lineFor, history.takenAtMs), style);
}

export async function renderCounts(
  history: History,
  { rows, undecided, isSelection }: Rows,
  asked: AskedTime,
  { by, format, headers }: { by: CountKey; format: CountFormat; headers: boolean },
  style: TextStyle,
): Promise<string> {
  const counts = countRows(rows, by);
  if (format === "json") return renderCountsJson(history, undecided, counts, by, asked);
  const grid = countsGrid(counts, by, format === "csv");
  if (format === "csv") return renderCsv(withHost(grid, history.host), headers);
  if (counts.length === 0) return style.width === undefined ? "" : `${emptyText(history, asked, { isSelection })}\n`;
  return renderGrid(withoutSilent(grid), { headers, truncate: true }, style);
}

export async function renderAttempts(
  history: AttemptHistory,
  asked: AskedTime,
  { by, format, headers }: { by: AttemptKey | undefined; format: CountFormat; headers: boolean },
  style: TextStyle,
): Promise<string> {
  if (format === "json") return renderAttemptsJson(history, by, asked);
  const grid = attemptsGrid(history.counts, by, format === "csv");
  if (format === "csv") return renderCsv(withHost(grid, history.host), headers);
  if (history.counts.length === 0) {
    const isUnknown = isBeforeAll(history.sources, asked);
    const text = isUnknown ? "it is not known which logins failed" : "no login failed";
    return style.width === undefined ? "" : `${text} ${spanText(asked)}\n`;
  }
  return renderGrid(withoutSilent(grid), { headers, truncate: true }, style);
}

/** A person reads the end; what goes into a pipe or to a program is all of it. */
export function mostRows({ format }: Pick<HistoryLayout, "format">, { width }: TextStyle): number {
  return (format !== "table" && format !== "wide") || width === undefined ? Number.POSITIVE_INFINITY : 1000;
}

export function spanText({ fromMs, toMs, isMoment }: AskedTime): string {
  return isMoment ? `at ${fullTime(fromMs)}` : `from ${fullTime(fromMs)} to ${fullTime(toMs)}`;
}

/** What a reader of the rows has to know: how far the sources reach, and in which time zone the times are. */
export function historyNotes(
  history: History,
  { rows, undecided }: Rows,
  asked: AskedTime,
  layout: Pick<HistoryLayout, "format">,
  style: TextStyle,
): string[] {
  return [
    ...history.warnings.map(({ message }) => message),
    ...reachNotes(history.sources),
    ...(zonedFormats.has(layout.format) && rows.length > 0 ? [zoneText(asked)] : []),
    ...leftOutNotes(undecided),
    ...moreNotes(rows, layout, style),
  ];
}

export function leftOutNotes(undecided: number): string[] {
  if (undecided === 0) return [];
  return [`${plural(undecided, "connection")} left out: the selection cannot be decided by what logs keep`];
}

/** How many of these are not shown. */
export function moreNotes(rows: readonly unknown[], layout: Pick<HistoryLayout, "format">, style: TextStyle): string[] {
  const more = rows.length - mostRows(layout, style);
  return more > 0 ? [`and ${plural(more, "earlier connection")}; -o csv, -o json or a pipe has them all`] : [];
}

export function attemptNotes(
  { sources, warnings, counts }: AttemptHistory,
  asked: AskedTime,
  format: CountFormat,
): string[] {
  return [
    ...warnings.map(({ message }) => message),
    ...reachNotes(sources),
    ...(format === "table" && counts.length > 0 ? [zoneText(asked)] : []),
  ];
}

function reachNotes(sources: readonly SourceReach[]): string[] {
  return sources.flatMap(({ name, sinceMs, remark }) => {
    const source = `${name === "journal" ? "the journal" : name}${remark === undefined ? "" : `, ${remark},`}`;
    return sinceMs === undefined ? [] : `${source} reaches back to ${fullTime(sinceMs)}`;
  });
}

export function zoneText({ fromMs, toMs }: AskedTime): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const [first, last] = [zoneOffset(fromMs), zoneOffset(toMs)];
  return `times are those of ${timeZone}, ${first === last ? last : `${first} and later ${last}`}`;
}
