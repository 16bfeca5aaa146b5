/** Differences of two texts in the unified format of diff(1), as patch(1) reads it. */
import { visible } from "./visible.ts";

interface DiffLine {
  mark: " " | "-" | "+";
  text: string;
}

/** Lines around a change that show where it is. */
const context = 3;

/** @param before - undefined for a file that is not there, and after likewise. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const lines = compare(linesOf(before), linesOf(after));
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : visible(path));
  const body = hunksOf(lines).map((hunk) => renderHunk(hunk, lines));
  return `--- ${name(before)}\n+++ ${name(after)}\n${body.join("")}`;
}

/** A last line without an end keeps a mark of that, so that it differs from one with an end. */
function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.endsWith("\n") ? text.slice(0, -1).split("\n") : `${text}${unended}`.split("\n");
}

const unended = "\u0000";

function compare(before: readonly string[], after: readonly string[]): DiffLine[] {
  const start = commonLength(before, after);
  const end = commonLength(before.slice(start).toReversed(), after.slice(start).toReversed());
  const same = (text: string): DiffLine => ({ mark: " ", text });
  return [
    ...before.slice(0, start).map(same),
    ...compareMiddles(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function commonLength(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((text, at) => text !== right[at]);
  return index < 0 ? left.length : index;
}

/** By the longest common subsequence; texts whose table would be too large are replaced as a whole. */
function compareMiddles(before: readonly string[], after: readonly string[]): DiffLine[] {
  const lengths = before.length * after.length > 4_000_000 ? [] : subsequenceLengths(before, after);
  const lines: DiffLine[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, young] = [before[left], after[right]];
    if (old !== undefined && old === young) {
      lines.push({ mark: " ", text: old });
      left += 1;
      right += 1;
    } else if (
      old !== undefined &&
      (young === undefined || (lengths[left + 1]?.[right] ?? 0) >= (lengths[left]?.[right + 1] ?? 0))
    ) {
      lines.push({ mark: "-", text: old });
      left += 1;
    } else {
      lines.push({ mark: "+", text: young ?? "" });
      right += 1;
    }
  }
  return lines;
}

/** At [i][j]: how many lines the ends of the texts from there on have in common. */
function subsequenceLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const [row, below] = [rows[left], rows[left + 1]];
      if (row === undefined || below === undefined) continue;
      row[right] =
        before[left] === after[right] ? (below[right + 1] ?? 0) + 1 : Math.max(below[right] ?? 0, row[right + 1] ?? 0);
    }
  }
  return rows;
}

type Hunk = readonly [start: number, end: number];

/** Changes whose surroundings touch are one hunk. */
function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const hunks: [number, number][] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === " ") continue;
    const last = hunks.at(-1);
    if (last !== undefined && index - context <= last[1]) last[1] = Math.min(lines.length, index + context + 1);
    else hunks.push([Math.max(0, index - context), Math.min(lines.length, index + context + 1)]);
  }
  return hunks;
}

function renderHunk([start, end]: Hunk, lines: readonly DiffLine[]): string {
  const range = (mark: "-" | "+") => {
    const count = (part: readonly DiffLine[]) => part.filter((line) => line.mark === " " || line.mark === mark).length;
    const length = count(lines.slice(start, end));
    const first = count(lines.slice(0, start)) + (length > 0 ? 1 : 0);
    return `${mark}${String(first)}${length === 1 ? "" : `,${String(length)}`}`;
  };
  const body = lines
    .slice(start, end)
    .map(({ mark, text }) =>
      text.endsWith(unended)
        ? `${mark}${readable(text.slice(0, -1))}\n\\ No newline at end of file\n`
        : `${mark}${readable(text)}\n`,
    );
  return `@@ ${range("-")} ${range("+")} @@\n${body.join("")}`;
}

/** Tabs are what lines are indented with; they stay. */
function readable(text: string): string {
  return text.split("\t").map(visible).join("\t");
}
