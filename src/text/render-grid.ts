import { alignColumns, type Grid, type TextStyle, type TableLayout } from "./grid.ts";

/**
 * A table for people at a terminal, aligned columns for pipes. Packages that draw, and measure what is wider or narrower
 * than a letter, are loaded only where they are needed: loading them takes longer than all else that a short list costs.
 */
export async function renderGrid(grid: Grid, layout: TableLayout, look: TextStyle): Promise<string> {
  const forPipe = look.width === undefined;
  if (forPipe && isAscii(grid)) return alignColumns(grid, layout, look, (text) => text.length);
  const { renderPlain, renderTable } = await import("./table.ts");
  return (forPipe ? renderPlain : renderTable)(grid, layout, look);
}

function isAscii({ rows }: Grid): boolean {
  return rows.every(({ cells }) => cells.every((cell) => cell === undefined || /^[\x20-\x7e]*$/.test(cell)));
}
