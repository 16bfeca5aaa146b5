/** A timeline for a terminal: each column of characters stands for the same stretch of time. */
import { formatDuration } from "../../../domain/duration.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { ticksOf, type Bar, type Tick, type Timeline, type TimelineLine } from "./timeline.ts";

export interface DrawStyle extends TextStyle {
  isUnicode: boolean;
}

interface Signs {
  /** On for at least half of the column's time, and for less. */
  full: string;
  part: string;
  perhaps: string;
  tick: string;
  moment: string;
  cut: string;
}

const unicode: Signs = { full: "█", part: "▌", perhaps: "░", tick: "│", moment: "┊", cut: "…" };
const ascii: Signs = { full: "#", part: "+", perhaps: "?", tick: "|", moment: ":", cut: "~" };

/** What a pipe gets, and the least that a picture is drawn in. */
const usualWidth = 100;
const leastWidth = 40;
/** "Nov 27" and a gap. */
const labelWidth = 8;
const longestUser = 16;
/** Below more lines the axis is drawn again: the one above them has left the terminal. */
const mostBelowAxis = 20;

/** @returns lines with a line feed each. */
export function* drawTimeline(timeline: Timeline, style: DrawStyle): Generator<string> {
  const signs = style.isUnicode ? unicode : ascii;
  const width = Math.max(leastWidth, style.width ?? usualWidth);
  const users = columnWidth(timeline, ({ user }) => user, longestUser);
  const details = columnWidth(timeline, ({ detail }) => detail, Math.floor(width / 4));
  const start = users + 1 + details + 1;
  const cells = width - start;
  const cellMs = Math.max(1, timeline.toMs - timeline.fromMs) / cells;
  const place = (timeMs: number) => Math.min(cells - 1, Math.max(0, Math.floor((timeMs - timeline.fromMs) / cellMs)));
  const ticks = ticksOf(timeline, Math.floor(cells / labelWidth));
  const { chalk } = style;
  const axisLine = `${" ".repeat(start)}${chalk.dim(axis(ticks, place, cells, timeline.endsNow, signs))}\n`;
  yield axisLine;
  const grid = gridOf(ticks, place, cells, timeline, signs);
  for (const line of timeline.lines) {
    const front = `${fit(line.user, users, signs)} ${fit(line.detail, details, signs)} `;
    yield `${front}${paintCells(cellsOf(line.bars, grid, timeline.fromMs, cellMs, signs), line, chalk)}\n`;
  }
  if (timeline.lines.length > mostBelowAxis) yield axisLine;
  yield `${chalk.dim(legend(timeline, cellMs, signs))}\n`;
}

function columnWidth({ lines }: Timeline, textOf: (line: TimelineLine) => string, longest: number): number {
  return Math.min(
    longest,
    lines.reduce((most, line) => Math.max(most, textWidth(visible(textOf(line)))), 0),
  );
}

/** Names are cut at the end: as many columns as a label has. */
function fit(text: string, columns: number, { cut }: Signs): string {
  let shown = visible(text);
  if (textWidth(shown) > columns) {
    while (textWidth(shown) > columns - 1) shown = Array.from(shown).slice(0, -1).join("");
    shown += cut;
  }
  return shown + " ".repeat(columns - textWidth(shown));
}

/** "│12:00   │Nov 27   … now" */
function axis(
  ticks: readonly Tick[],
  place: (timeMs: number) => number,
  cells: number,
  endsNow: boolean,
  { tick }: Signs,
): string {
  let line = "";
  const end = endsNow ? " now" : "";
  for (const { timeMs, label } of ticks) {
    const text = tick + label;
    if (place(timeMs) < line.length || place(timeMs) + text.length > cells - end.length) continue;
    line = line.padEnd(place(timeMs)) + text.padEnd(labelWidth);
  }
  return `${line.slice(0, cells - end.length).padEnd(cells - end.length)}${end}`.trimEnd();
}

/** What is seen where nobody was on. */
function gridOf(
  ticks: readonly Tick[],
  place: (timeMs: number) => number,
  cells: number,
  { momentMs }: Timeline,
  { tick, moment }: Signs,
): string[] {
  const grid = Array.from({ length: cells }, () => " ");
  for (const { timeMs } of ticks) grid[place(timeMs)] = tick;
  if (momentMs !== undefined) grid[place(momentMs)] = moment;
  return grid;
}

interface Cell {
  sign: string;
  isOn: boolean;
}

function cellsOf(bars: readonly Bar[], grid: readonly string[], fromMs: number, cellMs: number, signs: Signs): Cell[] {
  const cells = grid.map((sign): Cell & { onMs: number } => ({ sign, isOn: false, onMs: 0 }));
  for (const bar of bars) {
    const first = Math.min(cells.length - 1, Math.floor((bar.fromMs - fromMs) / cellMs));
    const last = Math.min(cells.length - 1, Math.floor((bar.toMs - fromMs) / cellMs));
    for (let index = first; index <= last; index += 1) {
      const cell = cells[index];
      if (cell === undefined || (!bar.isCertain && cell.isOn)) continue;
      const startMs = fromMs + index * cellMs;
      cell.onMs += Math.min(bar.toMs, startMs + cellMs) - Math.max(bar.fromMs, startMs);
      cell.isOn ||= bar.isCertain;
      cell.sign = bar.isCertain ? (cell.onMs * 2 >= cellMs ? signs.full : signs.part) : signs.perhaps;
    }
  }
  return cells;
}

/** Each person has a colour, as long as there are some; what is not certain is dim. */
function paintCells(cells: readonly Cell[], { person }: TimelineLine, chalk: TextStyle["chalk"]): string {
  const colors = [chalk.cyan, chalk.yellow, chalk.green, chalk.magenta, chalk.blue, chalk.red];
  const paint = colors[person % colors.length] ?? chalk.reset;
  let line = "";
  for (let start = 0; start < cells.length;) {
    const isOn = cells[start]?.isOn === true;
    let end = start + 1;
    while (end < cells.length && cells[end]?.isOn === isOn) end += 1;
    const text = cells
      .slice(start, end)
      .map(({ sign }) => sign)
      .join("");
    line += isOn ? paint(text) : chalk.dim(text);
    start = end;
  }
  return line;
}

function legend({ lines, momentMs }: Timeline, cellMs: number, { full, part, perhaps, moment }: Signs): string {
  const bars = lines.flatMap((line) => line.bars);
  return [
    `${full} on`,
    `${part} on for less than half of the column (1 column = ${formatDuration(cellMs / 1000)})`,
    ...(bars.some(({ isCertain }) => !isCertain) ? [`${perhaps} perhaps`] : []),
    ...(momentMs === undefined ? [] : [`${moment} the moment that was asked for`]),
  ].join("   ");
}
