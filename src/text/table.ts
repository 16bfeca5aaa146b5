import Table from "cli-table3";
import { alignColumns, fitLines, gap, leftOut, painter, type Grid, type TextStyle, type TableLayout } from "./grid.ts";
import { textWidth } from "./width.ts";

/** Aligned columns, one row a line: for pipes, and for tables too long to be drawn. */
export function renderPlain(grid: Grid, layout: TableLayout, look: TextStyle): string {
  return alignColumns(grid, layout, look, textWidth);
}

/** A table for people, drawn by cli-table3. */
export function renderTable(grid: Grid, layout: TableLayout, look: TextStyle): string {
  const { columns, lines, left } = fitLines(grid, layout, look.width, textWidth);
  const isDrawable = lines.length <= drawnLines && lines.every(({ texts }) => texts.every((text) => simple.test(text)));
  if (!isDrawable) return renderPlain(grid, layout, look);
  const table = new Table({
    chars: noLines,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: columns.map(({ align }) => align ?? "left"),
  });
  for (const { texts, emphasis } of lines) {
    const paint = painter(emphasis, look.chalk);
    table.push(texts.map((text) => paint(text)));
  }
  const rows = lines.length === 0 ? "" : `${table.toString().replace(/ +$/gm, "")}\n`;
  return rows + leftOut(left, look.chalk);
}

/** cli-table3 takes half a millisecond for a row, and counts combining characters of most scripts as columns. */
const drawnLines = 300;
const simple = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff…]*$/;

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
