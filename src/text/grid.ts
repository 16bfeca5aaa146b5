/**
 * This room turns values into strings: grids, CSV, JSON, wrapping, width, colour, times, quantities. It knows nothing of
 * sessions, machines or commands.
 * What enters: functions that take plain values and return a string. Text that a stranger could have chosen leaves through
 * visible.ts.
 */
import type { ChalkInstance } from "chalk";
import { visible } from "./visible.ts";

/** Text in rows and columns, not yet made safe to print. */
export interface Grid {
  columns: readonly GridColumn[];
  rows: readonly GridRow[];
}

export interface GridColumn {
  title: string;
  /** What programs call it, where that is not the title in lower case. */
  name?: string;
  align?: "right";
  /** When the table is too wide, columns with a rank are cut, the lowest rank first. */
  shrinks?: number;
  /** How narrow it may become; 8 unless told otherwise. */
  least?: number;
  /** When that is not enough, columns with a rank are left out, the lowest rank first. */
  spare?: number;
  /** Is shown only beside all the others and only where nothing has to be cut for it, the lowest rank first. */
  roomy?: number;
  /** What it must tell, or withoutSilent() leaves it out: a value in some row, not the same in every row, or not the usual value. */
  tells?: "something" | "differences" | { but: string };
  /** Is cut only where no other column can be left out: whoever reads half an address takes it for another. */
  last?: true;
}

export interface GridRow {
  cells: readonly (string | undefined)[];
  emphasis?: Emphasis;
}

type Emphasis = "title" | "own" | "dim" | "failed";

/** The same without the columns that tell nothing of these rows. */
export function withoutSilent({ columns, rows }: Grid): Grid {
  const kept = columns.flatMap((column, index) => (isTelling(column, rows, index) ? index : []));
  if (kept.length === columns.length) return { columns, rows };
  const of = <T>(all: readonly T[]): T[] => kept.flatMap((index) => all.slice(index, index + 1));
  return { columns: of(columns), rows: rows.map((row) => ({ ...row, cells: of(row.cells) })) };
}

function isTelling({ tells }: GridColumn, rows: readonly GridRow[], index: number): boolean {
  if (tells === undefined) return true;
  const silent = tells === "something" ? undefined : tells === "differences" ? rows[0]?.cells[index] : tells.but;
  return rows.some(({ cells }) => cells[index] !== silent);
}

/** The same with the name of the machine in front of each row: for programs, which read of many. */
export function withHost({ columns, rows }: Grid, host: string): Grid {
  return {
    columns: [{ title: "HOST" }, ...columns],
    rows: rows.map((row) => ({ ...row, cells: [host, ...row.cells] })),
  };
}

export interface TableLayout {
  headers: boolean;
  /** Cut cells so that the table fits the terminal. */
  truncate: boolean;
  /** Leave no column out. */
  isWhole?: boolean;
}

/** What a text is made for. */
export interface TextStyle {
  /** Columns of the terminal; undefined where there is none: nothing is cut then. */
  width: number | undefined;
  chalk: ChalkInstance;
}

/** How many columns of a terminal a text takes. */
type Measure = (text: string) => number;

/** Aligned columns, one row a line. */
export function alignColumns(grid: Grid, layout: TableLayout, { width, chalk }: TextStyle, measure: Measure): string {
  const { columns, lines, widths, left } = fitLines(grid, layout, width, measure);
  const rows = lines.map(
    ({ texts, emphasis }) => `${painter(emphasis, chalk)(alignLine(texts, columns, widths, measure))}\n`,
  );
  return rows.join("") + leftOut(left, chalk);
}

/** What is told of columns for which there was no room. */
export function leftOut(titles: readonly string[], chalk: ChalkInstance): string {
  return titles.length === 0 ? "" : `${chalk.dim(`too narrow for ${titles.join(", ")}`)}\n`;
}

/** One line, with every text at its place. */
export function alignLine(
  texts: readonly string[],
  columns: readonly GridColumn[],
  widths: readonly number[],
  measure: Measure,
): string {
  const cells = texts.map((text, index) => {
    const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - measure(text)));
    return columns[index]?.align === "right" ? space + text : text + space;
  });
  return cells.join(gap).trimEnd();
}

export interface Line {
  texts: readonly string[];
  emphasis: Emphasis | undefined;
}

export interface FittedLines {
  columns: readonly GridColumn[];
  widths: readonly number[];
  lines: readonly Line[];
  /** Titles of the columns that were left out. */
  left: readonly string[];
}

/** The lines of a table with every text safe to print and cut to the width of its column. */
export function fitLines(
  { columns, rows }: Grid,
  { headers, truncate, isWhole = false }: TableLayout,
  width: number | undefined,
  measure: Measure,
): FittedLines {
  const header: Line = { texts: columns.map(({ title }) => title), emphasis: "title" };
  const most = truncate && width !== undefined ? Math.min(longestCell, 2 * width) : longestCell;
  const body = rows.map(({ cells, emphasis }): Line => ({
    texts: cells.map((cell) => cellText(cell, most)),
    emphasis,
  }));
  const lines = headers ? [header, ...body] : body;
  const natural = columns.map((column, index): Place => {
    return { column, index, width: lines.reduce((most, { texts }) => Math.max(most, measure(texts[index] ?? "")), 1) };
  });
  const places = truncate && width !== undefined ? fitWith(natural, isWhole, width) : natural;
  return {
    columns: places.map(({ column }) => column),
    widths: places.map((place) => place.width),
    lines:
      places === natural
        ? lines
        : lines.map(({ texts, emphasis }) => ({
            emphasis,
            texts: places.map((place) => cut(texts[place.index] ?? "", place.width, measure)),
          })),
    left: natural
      .filter(({ index, column: { roomy } }) => roomy === undefined && !places.some((place) => place.index === index))
      .map(({ column }) => column.title),
  };
}

export const gap = "  ";

export function painter(emphasis: Emphasis | undefined, chalk: ChalkInstance): (text: string) => string {
  return emphasis === undefined
    ? (text) => text
    : { title: chalk.bold, own: chalk.green, dim: chalk.dim, failed: chalk.red }[emphasis];
}

function cellText(cell: string | undefined, most: number): string {
  if (cell === undefined) return "-";
  return visible(cell.length > most ? `${cell.slice(0, most)}…` : cell);
}

/**
 * Whatever a user has put into a cell: all other rows are as wide as the widest. Where it will be cut, less is measured, since
 * that takes a microsecond a character.
 */
const longestCell = 1024;

/** A column, where it stands in the grid, and how wide it is. */
interface Place {
  column: GridColumn;
  index: number;
  width: number;
}

/** As {@link fit}; what is roomy is added where everything else fits as it is. */
function fitWith(natural: readonly Place[], isWhole: boolean, width: number): readonly Place[] {
  const usual = isWhole ? natural : natural.filter(({ column }) => column.roomy === undefined);
  if (excessOf(usual, width) > 0) return fit(usual, isWhole, width);
  const roomy = natural
    .filter((place) => !usual.includes(place))
    .toSorted((a, b) => (a.column.roomy ?? 0) - (b.column.roomy ?? 0));
  const added = roomy.reduce((shown, place) => {
    const more = [...shown, place];
    return excessOf(more, width) > 0 ? shown : more;
  }, usual);
  return added === usual ? usual : natural.filter((place) => added.includes(place));
}

/** Cuts columns, then leaves some out, until the table fits or nothing is left that could give way. */
function fit(places: readonly Place[], isWhole: boolean, width: number): readonly Place[] {
  const shrunk = shrink(places, ({ last }) => last !== true, width);
  if (excessOf(shrunk, width) === 0) return shrunk;
  const spared = places
    .filter(({ column }) => !isWhole && column.spare !== undefined)
    .reduce<Place | undefined>((a, b) => (a === undefined || rankOf(b) < rankOf(a) ? b : a), undefined);
  return spared === undefined
    ? shrink(shrunk, () => true, width)
    : fit(
        places.filter((place) => place !== spared),
        isWhole,
        width,
      );
}

function rankOf({ column }: Place): number {
  return column.spare ?? 0;
}

function excessOf(places: readonly Place[], width: number): number {
  return Math.max(0, places.reduce((sum, place) => sum + place.width + gap.length, -gap.length) - width);
}

/** Takes from the columns that can be cut until the table fits, or nothing is left to take. */
function shrink(places: readonly Place[], mayYield: (column: GridColumn) => boolean, width: number): Place[] {
  const shrunk = places.map((place) => ({ ...place }));
  let excess = excessOf(places, width);
  const yielding = shrunk
    .filter(({ column }) => column.shrinks !== undefined && mayYield(column))
    .toSorted((a, b) => (a.column.shrinks ?? 0) - (b.column.shrinks ?? 0));
  for (const place of yielding) {
    const taken = Math.max(0, Math.min(excess, place.width - (place.column.least ?? narrowest)));
    place.width -= taken;
    excess -= taken;
  }
  return shrunk;
}

const narrowest = 8;

/** Cuts between characters as people see them, and shows that it did. */
export function cut(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let [kept, left] = ["", width - 1];
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    left -= measure(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}
