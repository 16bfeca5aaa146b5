/** What every key makes of the live screen. Pure: what is to be done in the world becomes an order. */
import { sessionId, type Session } from "../../../domain/session.ts";
import { helpLines } from "./help.ts";
import type { Key } from "./keys.ts";
import { visibleRows, withCursor, type Mode, type State } from "./model.ts";

/** What a key asks the world for. */
export type Order =
  | { kind: "quit" }
  | { kind: "suspend" }
  | { kind: "redraw" }
  | { kind: "details"; session: Session }
  | { kind: "end"; sessions: readonly Session[] }
  /** Or to thaw it, where it is frozen. */
  | { kind: "freeze"; session: Session }
  | { kind: "answer"; isYes: boolean }
  | { kind: "callOff" };

export interface Step {
  state: State;
  order?: Order;
}

/** @param page - how many rows there is room for. */
export function press(state: State, key: Key, page: number): Step {
  if (key === "suspend" || key === "redraw") return { state, order: { kind: key } };
  switch (state.mode.kind) {
    case "rows":
      return pressInRows(state, key, page);
    case "filter":
      return key === "interrupt" ? { state, order: { kind: "quit" } } : { state: typeFilter(state, key) };
    case "help":
    case "text":
      return pressInText(state, key, page);
    case "busy":
      return key === "interrupt" ? { state, order: { kind: "callOff" } } : { state };
  }
}

const inRows: Mode = { kind: "rows" };

function pressInRows(state: State, key: Key, page: number): Step {
  const name = typeof key === "string" ? key : (rowKeys.get(key.character) ?? "");
  const steps = motion(name, page);
  if (steps !== undefined) return { state: moved(state, steps) };
  switch (name) {
    case "quit":
    case "interrupt":
      return { state, order: { kind: "quit" } };
    case "help":
      return { state: { ...state, mode: { kind: "help", top: 0 } } };
    case "filter":
      return { state: { ...state, mode: { kind: "filter" } } };
    case "sort":
      return { state: { ...state, sorting: (state.sorting + 1) % state.sorts.length } };
    case "pause":
      return { state: { ...state, isPaused: !state.isPaused } };
    case "mark":
      return { state: moved(toggled(state), 1) };
    case "escape":
      return { state: withCursor({ ...state, filter: "", marked: new Set(), notice: undefined }) };
    case "enter":
      return onSelected(state, (session) => ({ kind: "details", session }));
    case "end-sessions":
      return onMarked(state);
    case "freeze":
      return onSelected(state, (session) => ({ kind: "freeze", session }));
    default:
      return { state };
  }
}

const rowKeys: ReadonlyMap<string, string> = new Map([
  ["j", "down"],
  ["k", "up"],
  ["g", "home"],
  ["G", "end"],
  ["q", "quit"],
  ["?", "help"],
  ["h", "help"],
  ["/", "filter"],
  ["s", "sort"],
  ["p", "pause"],
  [" ", "mark"],
  ["x", "end-sessions"],
  ["f", "freeze"],
]);

function motion(name: string, page: number): number | undefined {
  const far = Number.MAX_SAFE_INTEGER;
  return new Map([
    ["up", -1],
    ["down", 1],
    ["pageUp", -page],
    ["pageDown", page],
    ["home", -far],
    ["end", far],
  ]).get(name);
}

function moved(state: State, steps: number): State {
  const rows = visibleRows(state);
  const index = rows.findIndex(({ id }) => id === state.cursor);
  const next = Math.min(Math.max(0, index + steps), rows.length - 1);
  return { ...state, cursor: rows[next]?.id };
}

function toggled(state: State): State {
  const { cursor, marked } = state;
  if (cursor === undefined) return state;
  const without = new Set([...marked].filter((id) => id !== cursor));
  return { ...state, marked: without.size < marked.size ? without : new Set([...marked, cursor]) };
}

function onSelected(state: State, orderFor: (session: Session) => Order): Step {
  const row = state.rows.find(({ id }) => id === state.cursor);
  if (row?.news === "closed") return { state: { ...state, notice: "this session has ended" } };
  return row === undefined ? { state } : { state, order: orderFor(row.session) };
}

/** The marked sessions; where none is, the one under the cursor. */
function onMarked(state: State): Step {
  if (state.marked.size === 0) return onSelected(state, (session) => ({ kind: "end", sessions: [session] }));
  const marked = state.rows.filter(
    ({ session, news }) => news !== "closed" && state.marked.has(sessionId(session.identity)),
  );
  const sessions = marked.map(({ session }) => session);
  return sessions.length === 0 ? { state } : { state, order: { kind: "end", sessions } };
}

function typeFilter(state: State, key: Key): State {
  const { filter } = state;
  if (typeof key !== "string") return withCursor({ ...state, filter: filter + key.character });
  if (key === "enter") return { ...state, mode: inRows };
  if (key === "escape") return withCursor({ ...state, filter: "", mode: inRows });
  if (key === "backspace") return withCursor({ ...state, filter: Array.from(filter).slice(0, -1).join("") });
  return key === "up" || key === "down" ? moved(state, key === "up" ? -1 : 1) : state;
}

/** Help, details and questions. No key but y says yes; whoever quits has not answered, and nothing is done. */
function pressInText(state: State, key: Key, page: number): Step {
  const { mode } = state;
  const name = typeof key === "string" ? key : (rowKeys.get(key.character) ?? key.character);
  const isQuestion = mode.kind === "text" && mode.question !== undefined;
  const steps = motion(name, page);
  if (steps !== undefined) return { state: scrolled(state, steps, page) };
  if (name === "quit" || name === "interrupt") return { state, order: { kind: "quit" } };
  if (isQuestion) {
    const isNo = ["n", "N", "escape", "enter"].includes(name);
    if (name === "y" || name === "Y") return { state, order: { kind: "answer", isYes: true } };
    return isNo ? { state, order: { kind: "answer", isYes: false } } : { state };
  }
  const isClosing = ["escape", "enter", "help", "mark"].includes(name);
  return { state: isClosing ? { ...state, mode: inRows } : state };
}

function scrolled(state: State, steps: number, page: number): State {
  const { mode } = state;
  if (mode.kind !== "help" && mode.kind !== "text") return state;
  const length = mode.kind === "help" ? helpLines(state.notice).length : mode.lines.length;
  const top = Math.max(0, Math.min(mode.top + steps, length - page));
  return { ...state, mode: { ...mode, top } };
}
