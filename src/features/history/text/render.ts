/** This room writes a history as a table, JSON, NDJSON or CSV. This file chooses the format. */
import { renderCsv } from "../../../text/csv.ts";
import { withHost, withoutSilent, type TextStyle } from "../../../text/grid.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { fullTime, zoneOffset } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import type { RowsLayout } from "../../sessions/text/sort.ts";
import type { Row, Rows } from "../choose.ts";
import { isBeforeAll, type History } from "../read/read-history.ts";
import type { AskedTime } from "../times.ts";
import {
  historyColumnNames,
  historyGrid,
  sortHistory,
  tableColumns,
  wideColumns,
  type HistoryColumnName,
} from "./columns.ts";
import { renderHistoryJson, renderHistoryNdjson } from "./history-json.ts";

export const historyFormats = ["table", "wide", "json", "ndjson", "csv"] as const;
export type HistoryFormat = (typeof historyFormats)[number];

export const tabularFormats: ReadonlySet<HistoryFormat> = new Set<HistoryFormat>(["table", "wide", "csv"]);

export interface HistoryLayout extends RowsLayout<HistoryColumnName> {
  format: HistoryFormat;
}

export async function* renderHistory(
  history: History,
  { rows: unsorted, undecided }: Rows,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): AsyncGenerator<string> {
  const rows = sortHistory(unsorted, layout.sort);
  const { format, columns, headers } = layout;
  switch (format) {
    case "json":
      return yield* renderHistoryJson(history, { rows, undecided }, asked);
    case "ndjson":
      return yield* renderHistoryNdjson(history, { rows, undecided });
    case "csv":
      return yield* renderHistoryCsv(history, rows, columns ?? historyColumnNames, headers);
    case "table":
    case "wide": {
      if (rows.length === 0) return yield style.width === undefined ? "" : `${emptyText(history, asked)}\n`;
      const shown = rows.slice(-mostRows(layout, style));
      const grid = historyGrid(shown, columns ?? (format === "wide" ? wideColumns : tableColumns), format);
      const isWhole = columns !== undefined;
      yield renderGrid(isWhole ? grid : withoutSilent(grid), { headers, truncate: layout.truncate, isWhole }, style);
    }
  }
}

function emptyText({ sources }: History, asked: AskedTime): string {
  return isBeforeAll(sources, asked)
    ? `it is not known who was on ${spanText(asked)}`
    : `nobody was on ${spanText(asked)}`;
}

/** In pieces: all cells of a long history take more memory than all that is known of it. */
function* renderHistoryCsv(
  { host }: History,
  rows: readonly Row[],
  names: readonly HistoryColumnName[],
  headers: boolean,
): Generator<string> {
  for (let start = 0; start === 0 || start < rows.length; start += atOnce) {
    const grid = historyGrid(rows.slice(start, start + atOnce), names, "data");
    yield renderCsv(withHost(grid, host), headers && start === 0);
  }
}

const atOnce = 500;

/** A person reads the end; what goes into a pipe or to a program is all of it. */
export function mostRows({ format }: Pick<HistoryLayout, "format">, { width }: TextStyle): number {
  return !tabularFormats.has(format) || format === "csv" || width === undefined ? Number.POSITIVE_INFINITY : 1000;
}

export function spanText({ fromMs, toMs, isMoment }: AskedTime): string {
  return isMoment ? `at ${fullTime(fromMs)}` : `from ${fullTime(fromMs)} to ${fullTime(toMs)}`;
}

/** What a reader of the rows has to know: how far the sources reach, and in which time zone the times are. */
export function historyNotes(
  history: History,
  { rows, undecided }: Rows,
  asked: AskedTime,
  layout: HistoryLayout,
  style: TextStyle,
): string[] {
  const more = rows.length - mostRows(layout, style);
  return [
    ...history.warnings.map(({ message }) => message),
    ...history.sources.flatMap(({ name, sinceMs, isVerified }) =>
      sinceMs === undefined
        ? []
        : `${isVerified ? `the ${name}` : `${name}, to which every user can write,`} reaches back to ${fullTime(sinceMs)}`,
    ),
    ...(layout.format === "table" && rows.length > 0 ? [zoneText(asked)] : []),
    ...(undecided > 0
      ? [`${plural(undecided, "connection")} left out: the selection cannot be decided by what logs keep`]
      : []),
    ...(more > 0 ? [`and ${plural(more, "earlier connection")}; -o csv, -o json or a pipe has them all`] : []),
  ];
}

function zoneText({ fromMs, toMs }: AskedTime): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const [first, last] = [zoneOffset(fromMs), zoneOffset(toMs)];
  return `times are those of ${timeZone}, ${first === last ? last : `${first} and later ${last}`}`;
}
