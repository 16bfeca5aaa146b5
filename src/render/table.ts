import type { ChalkInstance } from "chalk";
import Table from "cli-table3";
import stringWidth from "string-width";
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

/** Aligned columns, one row a line: for pipes, and for tables too long to be drawn. */
export function renderPlain(grid: Grid, layout: TableLayout, { width, chalk }: Look): string {
  const { lines, widths } = fitLines(grid, layout, width);
  return lines
    .map(({ texts, emphasis }) => {
      const cells = texts.map((text, index) => pad(text, widths[index] ?? 0, grid.columns[index]?.align));
      return `${painter(emphasis, chalk)(cells.join(gap).trimEnd())}\n`;
    })
    .join("");
}

/** A table for people, drawn by cli-table3. */
export function renderTable(grid: Grid, layout: TableLayout, look: Look): string {
  const { lines } = fitLines(grid, layout, look.width);
  const isDrawable = lines.length <= drawnLines && lines.every(({ texts }) => texts.every((text) => simple.test(text)));
  if (!isDrawable) return renderPlain(grid, layout, look);
  const table = new Table({
    chars: noLines,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: grid.columns.map(({ align }) => align ?? "left"),
  });
  for (const { texts, emphasis } of lines) {
    const paint = painter(emphasis, look.chalk);
    table.push(texts.map((text) => paint(text)));
  }
  return lines.length === 0 ? "" : `${table.toString().replace(/ +$/gm, "")}\n`;
}

/** cli-table3 takes half a millisecond for a row, and counts combining characters of most scripts as columns. */
const drawnLines = 300;
const simple = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff…]*$/;

interface Line {
  texts: readonly string[];
  emphasis: Emphasis | undefined;
}

/** The lines of a table with every text safe to print and cut to the width of its column. */
function fitLines({ columns, rows }: Grid, { headers, truncate }: TableLayout, width: number | undefined) {
  const header: Line = { texts: columns.map(({ title }) => title), emphasis: "title" };
  const body = rows.map(({ cells, emphasis }): Line => ({ texts: cells.map(cellText), emphasis }));
  const lines = headers ? [header, ...body] : body;
  const natural = columns.map((_, index) => Math.max(1, ...lines.map(({ texts }) => widthOf(texts[index] ?? ""))));
  const widths = truncate && width !== undefined ? fit(natural, columns, width) : natural;
  return {
    widths,
    lines: lines.map(({ texts, emphasis }) => ({
      emphasis,
      texts: texts.map((text, index) => cut(text, widths[index] ?? 0)),
    })),
  };
}

const gap = "  ";

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: gap,
};

function painter(emphasis: Emphasis | undefined, chalk: ChalkInstance): (text: string) => string {
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

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align: GridColumn["align"]): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? space + text : text + space;
}

function widthOf(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}
