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
  /** Columns with a rank give way, the lowest rank first, when the table is too wide. */
  shrinks?: number;
}

export interface GridRow {
  cells: readonly (string | undefined)[];
  emphasis?: Emphasis;
}

type Emphasis = "title" | "own" | "dim";

export interface TableLayout {
  headers: boolean;
  /** Cut cells so that the table fits the terminal. */
  truncate: boolean;
}

/** What a text is made for. */
export interface Look {
  /** Columns of the terminal; undefined where there is none: nothing is cut then. */
  width: number | undefined;
  chalk: ChalkInstance;
}

/** How many columns of a terminal a text takes. */
type Measure = (text: string) => number;

/** Aligned columns, one row a line. */
export function alignColumns(grid: Grid, layout: TableLayout, { width, chalk }: Look, measure: Measure): string {
  const { lines, widths } = fitLines(grid, layout, width, measure);
  return lines
    .map(({ texts, emphasis }) => `${painter(emphasis, chalk)(alignLine(texts, grid.columns, widths, measure))}\n`)
    .join("");
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

/** The lines of a table with every text safe to print and cut to the width of its column. */
export function fitLines(
  { columns, rows }: Grid,
  { headers, truncate }: TableLayout,
  width: number | undefined,
  measure: Measure,
): { lines: Line[]; widths: number[] } {
  const header: Line = { texts: columns.map(({ title }) => title), emphasis: "title" };
  const body = rows.map(({ cells, emphasis }): Line => ({ texts: cells.map(cellText), emphasis }));
  const lines = headers ? [header, ...body] : body;
  const natural = columns.map((_, index) => Math.max(1, ...lines.map(({ texts }) => measure(texts[index] ?? ""))));
  const widths = truncate && width !== undefined ? fit(natural, columns, width) : natural;
  return {
    widths,
    lines: lines.map(({ texts, emphasis }) => ({
      emphasis,
      texts: texts.map((text, index) => cut(text, widths[index] ?? 0, measure)),
    })),
  };
}

export const gap = "  ";

export function painter(emphasis: Emphasis | undefined, chalk: ChalkInstance): (text: string) => string {
  return emphasis === undefined ? (text) => text : { title: chalk.bold, own: chalk.green, dim: chalk.dim }[emphasis];
}

function cellText(cell: string | undefined): string {
  return cell === undefined ? "-" : visible(cell);
}

/** Takes from the columns that give way until the table fits, or nothing is left to take. */
function fit(natural: readonly number[], columns: readonly GridColumn[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each + gap.length, -gap.length) - width;
  const yielding = [...columns.entries()]
    .filter(([, { shrinks }]) => shrinks !== undefined)
    .toSorted(([, a], [, b]) => (a.shrinks ?? 0) - (b.shrinks ?? 0));
  for (const [index] of yielding) {
    const current = widths[index] ?? 0;
    const taken = Math.max(0, Math.min(excess, current - narrowest));
    widths[index] = current - taken;
    excess -= taken;
  }
  return widths;
}

const narrowest = 8;

/** Cuts between characters as people see them, and shows that it did. */
export function cut(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    if (measure(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
