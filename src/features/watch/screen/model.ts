/** What the live screen is in, and what every look makes of it. Pure. */
import { countPhases, type PhaseCounts } from "../../../domain/choose-sessions.ts";
import type { Poll } from "../../../domain/diff-sessions.ts";
import type { SessionEvent } from "../../../domain/session-event.ts";
import { viewOf } from "../../sessions/text/columns.ts";
import type { SortKey } from "../../sessions/text/sort.ts";
import { nextRows, shownRows, type Row } from "./rows.ts";

export interface State {
  host: string;
  takenAtMs: number;
  /** When the watch has begun. */
  sinceMs: number;
  rows: readonly Row[];
  open: number;
  others: PhaseCounts;
  /** Since then. */
  logins: number;
  logouts: number;
  /** How many sessions there were, look by look. */
  history: readonly number[];
  sorts: readonly Sorting[];
  sorting: number;
  filter: string;
  /** The row that the keys mean. */
  cursor: string | undefined;
  marked: ReadonlySet<string>;
  isPaused: boolean;
  /** What lies over the rows or takes the keys. */
  mode: Mode;
  /** The last thing that must be known. */
  notice: string | undefined;
  fullCommand: boolean;
}

/** An order of the rows, by name. */
export interface Sorting {
  name: string;
  keys: readonly SortKey[];
}

export type Mode =
  | { kind: "rows" }
  | { kind: "filter" }
  | { kind: "help"; top: number }
  /** Text to be read; a question is answered with y or n. */
  | { kind: "text"; title: string; lines: readonly string[]; top: number; question: string | undefined }
  /** Something is being done; only calling it off is possible. */
  | { kind: "busy"; text: string };

/** As many as a wide screen has columns. */
const rememberedCounts = 300;

export const sortings: readonly Sorting[] = [
  { name: "login", keys: [] },
  { name: "newest", keys: [{ column: "login", descending: true }] },
  { name: "user", keys: [{ column: "user", descending: false }] },
  { name: "from", keys: [{ column: "from", descending: false }] },
  { name: "idle", keys: [{ column: "idle", descending: true }] },
  { name: "command", keys: [{ column: "command", descending: false }] },
];

/** @param sort - the order that was asked for, if any; `s` leads to the usual ones. */
export function firstState({ report, chosen }: Poll, sort: readonly SortKey[], fullCommand: boolean): State {
  const state: State = {
    host: report.host,
    takenAtMs: report.takenAtMs,
    sinceMs: report.takenAtMs,
    rows: [],
    open: 0,
    others: countPhases([]),
    logins: 0,
    logouts: 0,
    history: [],
    sorts: sort.length > 0 ? [{ name: "as asked", keys: sort }, ...sortings] : sortings,
    sorting: 0,
    filter: "",
    cursor: undefined,
    marked: new Set(),
    isPaused: false,
    mode: { kind: "rows" },
    notice: undefined,
    fullCommand,
  };
  return afterLook(state, { report, chosen }, []);
}

export function afterLook(state: State, { report, chosen }: Poll, events: readonly SessionEvent[]): State {
  const counted = {
    ...state,
    ...countsAfter(state, events),
    history: [...state.history, chosen.sessions.length].slice(-rememberedCounts),
  };
  if (state.isPaused) return counted;
  const rows = nextRows(state.rows, chosen.sessions, events, report.takenAtMs);
  const there = new Set(rows.flatMap(({ id, news }) => (news === "closed" ? [] : id)));
  const next: State = {
    ...counted,
    takenAtMs: report.takenAtMs,
    rows,
    open: chosen.sessions.filter(({ phase }) => phase === "open").length,
    others: chosen,
    marked: new Set([...state.marked].filter((id) => there.has(id))),
  };
  return { ...next, cursor: cursorAfter(state, next) };
}

function countsAfter({ logins, logouts, notice }: State, events: readonly SessionEvent[]): Partial<State> {
  const isLogin = (event: SessionEvent) =>
    event.kind === "authenticated" || (event.kind === "opened" && event.session.phase === "open");
  const isLogout = (event: SessionEvent) =>
    event.kind === "closed" && (event.session.phase === "open" || event.session.phase === "closing");
  const warning = events.findLast((event) => event.kind === "warning");
  return {
    logins: logins + events.filter(isLogin).length,
    logouts: logouts + events.filter(isLogout).length,
    notice: warning?.kind === "warning" ? warning.warning.message : notice,
  };
}

/** Where the row has gone, the one that has taken its place. */
function cursorAfter(before: State, after: State): string | undefined {
  const rows = visibleRows(after);
  if (rows.some(({ id }) => id === after.cursor)) return after.cursor;
  const index = visibleRows(before).findIndex(({ id }) => id === before.cursor);
  return rows[Math.min(Math.max(0, index), rows.length - 1)]?.id;
}

export function visibleRows(state: State): Row[] {
  const { rows, filter, sorts, sorting } = state;
  return shownRows(rows, filter, sorts[sorting]?.keys ?? [], viewOf(state, state.fullCommand));
}

/** The cursor stands on a row that can be seen. */
export function withCursor(state: State): State {
  const rows = visibleRows(state);
  return rows.some(({ id }) => id === state.cursor) ? state : { ...state, cursor: rows[0]?.id };
}
