import type { Grid } from "./grid.ts";
import { visible } from "./visible.ts";

/** RFC 4180. Spreadsheets run a cell that starts like a formula, so such a cell gets a quote mark in front. */
export function renderCsv({ columns, rows }: Grid, headers: boolean): string {
  const header = headers ? [columns.map(({ name, title }) => name ?? title.toLowerCase())] : [];
  const lines = [...header, ...rows.map(({ cells }) => cells.map((cell) => cell ?? ""))];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

function csvCell(value: string): string {
  if (plain.test(value)) return value;
  const text = visible(/^[=+\-@]/.test(value) ? `'${value}` : value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As nearly every one of the half a million cells of a long history. */
const plain = /^(?:[\w.:/][\w.:/ -]*)?$/;
