/** From what the live screen is in to the lines that it shows. Pure; every line fits the screen. */
import type { ChalkInstance } from "chalk";
import { plural } from "../../../text/words.ts";
import { viewOf, type ColumnName } from "../../sessions/text/columns.ts";
import { alignLine, cut, fitLines } from "../../../text/grid.ts";
import { gridOf } from "../../sessions/text/sessions-text.ts";
import { sparkline } from "../../../text/sparkline.ts";
import { textWidth } from "../../../text/width.ts";
import { clockTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { helpLines } from "./help.ts";
import { visibleRows, type State } from "./model.ts";
import type { Row } from "./rows.ts";

export interface ScreenStyle {
  columns: number;
  rows: number;
  chalk: ChalkInstance;
  /** Whether the terminal can be trusted with more than ASCII. */
  isUnicode: boolean;
  /** Undefined: the usual ones, as many as there is room for. */
  chosenColumns: readonly ColumnName[] | undefined;
}

/** Header, status and titles above the rows; the keys below them. */
const linesAbove = 3;
const linesBelow = 1;

/** How many rows, or lines of a text, there is room for. */
export function pageOf({ rows }: Pick<ScreenStyle, "rows">): number {
  return Math.max(1, rows - linesAbove - linesBelow);
}

export function view(state: State, look: ScreenStyle): string[] {
  const page = pageOf(look);
  const body = bodyOf(state, look, page);
  const filled = Array.from({ length: page + 1 }, (_, index) => body[index] ?? "");
  return [header(state, look), status(state, look), ...filled, footer(state, look)].slice(0, Math.max(1, look.rows));
}

/** All rows below each other, without what only a screen has: a cursor, keys. */
export function pictureOf(state: State, look: Omit<ScreenStyle, "rows">): string {
  const rows = Math.max(1, state.rows.length) + linesAbove + linesBelow;
  const lines = view({ ...state, cursor: undefined }, { ...look, rows }).slice(0, -linesBelow);
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function header(state: State, { columns, chalk }: ScreenStyle): string {
  const { host, takenAtMs, open, others } = state;
  const passing = (["opening", "closing"] as const).filter((phase) => others[phase] > 0);
  const facts = [
    visible(host),
    clockTime(takenAtMs),
    `${String(open)} open`,
    `${String(others.authenticating)} authenticating`,
    ...passing.map((phase) => `${String(others[phase])} ${phase}`),
  ];
  return chalk.bold(cut(facts.join("  "), columns, textWidth));
}

/** What is different from the usual, and what must be known; in the rest of the line, what has happened. */
function status(state: State, { columns, chalk, isUnicode }: ScreenStyle): string {
  const { mode, filter, sorting, sorts, isPaused, marked, notice } = state;
  if (mode.kind === "filter") return cut(`filter: ${visible(filter)}_`, columns, textWidth);
  const facts = [
    isPaused ? "PAUSED" : undefined,
    filter === "" ? undefined : `filter: ${visible(filter)}`,
    sorting === 0 ? undefined : `by ${sorts[sorting]?.name ?? ""}`,
    marked.size === 0 ? undefined : `${plural(marked.size, "session")} marked`,
    notice === undefined ? undefined : visible(notice),
  ];
  const told = cut(facts.filter((fact) => fact !== undefined).join("  "), columns, textWidth);
  const gap = told === "" ? "" : "  ";
  const counted = tally(state, columns - textWidth(told) - gap.length, isUnicode);
  return chalk.yellow(told) + (counted === "" ? "" : chalk.dim(gap + counted));
}

/** "since 09:41: 3 logins, 2 logouts  sessions: ▃▃▄▅", where there is room: one bar for each look. */
function tally({ logins, logouts, sinceMs, history }: State, room: number, isUnicode: boolean): string {
  const counts = `since ${clockTime(sinceMs).slice(0, 5)}: ${plural(logins, "login")}, ${plural(logouts, "logout")}`;
  const label = `${counts}  sessions: `;
  const bars = Math.min(room - label.length, mostBars);
  if (bars >= fewestBars) return label + sparkline(history.slice(-bars), isUnicode);
  return counts.length <= room ? counts : "";
}

const [fewestBars, mostBars] = [5, 60];

function footer({ mode }: State, { columns, chalk }: ScreenStyle): string {
  return chalk.dim(cut(keysFor(mode, columns), columns, textWidth));
}

function keysFor(mode: State["mode"], columns: number): string {
  switch (mode.kind) {
    case "rows":
      return columns < 80
        ? "? help  / filter  s sort  enter details  x end  q quit"
        : "? help  / filter  s sort  space mark  enter details  x end  p pause  q quit";
    case "filter":
      return "type to filter  enter keep  esc clear  Ctrl-C quit";
    case "help":
      return "esc back  q quit";
    case "text":
      return mode.question === undefined ? "arrows scroll  esc back  q quit" : `${visible(mode.question)} [y/N]`;
    case "busy":
      return "Ctrl-C cancels";
  }
}

function bodyOf(state: State, look: ScreenStyle, page: number): string[] {
  const { mode } = state;
  const text = (title: string, lines: readonly string[], top: number) => [
    look.chalk.bold(cut(visible(title), look.columns, textWidth)),
    ...lines.slice(top, top + page).map((line) => cut(visible(line), look.columns, textWidth)),
  ];
  switch (mode.kind) {
    case "rows":
    case "filter":
      return table(state, look, page);
    case "help":
      return text("Keys", helpLines(state.notice), mode.top);
    case "text":
      return text(mode.title, mode.lines, mode.top);
    case "busy":
      return text(mode.text, [], 0);
  }
}

/** In front of each row: the cursor, what has happened to it, and a space. */
const gutter = 3;

function table(state: State, look: ScreenStyle, page: number): string[] {
  const rows = visibleRows(state);
  if (rows.length === 0) return ["", state.filter === "" ? "no session" : "no session matches the filter"];
  const columns = look.chosenColumns ?? columnsFor(look.columns, rows);
  const shown = windowOf(rows, state.cursor, page);
  const sessions = shown.map(({ session }) => session);
  const grid = gridOf(sessions, columns, viewOf(state, state.fullCommand));
  const isWhole = look.chosenColumns !== undefined;
  const fitted = fitLines(grid, { headers: true, truncate: true, isWhole }, look.columns - gutter, textWidth);
  const [titles = "", ...texts] = fitted.lines.map((line) =>
    cut(alignLine(line.texts, fitted.columns, fitted.widths, textWidth), look.columns - gutter, textWidth),
  );
  return [
    look.chalk.bold(`${" ".repeat(gutter)}${titles}`),
    ...shown.map((row, index) => paintRow(row, texts[index] ?? "", state, look)),
  ];
}

/** The page of rows that the cursor is on. Nothing else is made text of: a key would wait for it. */
function windowOf(rows: readonly Row[], cursor: string | undefined, page: number): Row[] {
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === cursor),
  );
  const start = Math.max(0, Math.min(Math.floor(at / page) * page, rows.length - 1));
  return rows.slice(start, start + page);
}

function paintRow(row: Row, text: string, { cursor, marked }: State, { columns, chalk }: ScreenStyle): string {
  const sign = marked.has(row.id) ? "#" : row.news === "opened" ? "+" : row.news === "closed" ? "-" : " ";
  const isAtCursor = row.id === cursor;
  // Dim letters on the bar of the cursor cannot be read.
  const faint = isAtCursor ? chalk : chalk.dim;
  const facts = row.news === "closed" ? faint.strikethrough(text) : text;
  const rest = isAtCursor ? " ".repeat(Math.max(0, columns - gutter - textWidth(text))) : "";
  const line = `${isAtCursor ? ">" : " "}${sign} ${facts}${rest}`;
  const paint = [
    isAtCursor ? chalk.inverse : undefined,
    row.news === "opened" ? chalk.bold : undefined,
    marked.has(row.id) ? chalk.yellow : row.session.self === true ? chalk.green : undefined,
    row.session.phase === "open" ? undefined : faint,
  ];
  return paint.reduce((painted, style) => (style === undefined ? painted : style(painted)), line);
}

/** Where there is little room, columns that say the least give way as a whole. */
function columnsFor(width: number, rows: readonly Row[]): readonly ColumnName[] {
  const logins: ColumnName[] = rows.some(({ session }) => session.auth !== undefined) ? ["auth", "key"] : [];
  if (width < 80) return ["self", "user", "tty", "from", "pid", "idle"];
  return ["self", "user", "kind", "tty", "from", "pid", "login", "idle", ...logins, "command"];
}
