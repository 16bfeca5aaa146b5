import { describe, expect, test } from "vitest";
import { chooseSessions } from "../../../../../src/domain/choose-sessions.ts";
import type { SessionEvent } from "../../../../../src/domain/session-event.ts";
import { phases, sessionId, type Session } from "../../../../../src/domain/session.ts";
import { parseKeys } from "../../../../../src/features/watch/screen/keys.ts";
import {
  afterLook,
  firstState,
  sortings,
  visibleRows,
  type State,
} from "../../../../../src/features/watch/screen/model.ts";
import { press, type Order } from "../../../../../src/features/watch/screen/press.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../../../helpers/sessions.ts";

const people = ["alice", "bob", "carol"].map((user, index) =>
  session({ user, pid: 2001 + index * 100, startedAtMs: now - 60_000 * (3 - index), lastInputMs: now - 1000 * index }),
);
const [alice = session(), bob = session(), carol = session()] = people;
const idOf = ({ identity }: Session) => sessionId(identity);
const lookAt = (sessions: readonly Session[], afterMs = 0) => {
  const all = report(sessions, { takenAtMs: now + afterMs });
  return { report: all, chosen: chooseSessions(all, { criteria: [], phases, containers: false }) };
};
const start = firstState(lookAt(people), [], false);

/** Types these keys; answers the last order. */
function type(state: State, text: string, page = 2): { state: State; order: Order | undefined } {
  let order: Order | undefined;
  for (const key of parseKeys(text)) ({ state, order } = { order: undefined, ...press(state, key, page) });
  return { state, order };
}

const userAtCursor = ({ rows, cursor }: State) => rows.find(({ id }) => id === cursor)?.session.user;
const users = (state: State) => visibleRows(state).map((row) => row.session.user);

describe("in the rows", () => {
  test.each([
    ["", "alice"],
    ["j", "bob"],
    ["\x1b[B\x1b[B", "carol"],
    ["jjjjj", "carol"],
    ["jjk", "bob"],
    ["k", "alice"],
    ["\x1b[6~", "carol"],
    ["G\x1b[5~", "alice"],
    ["\x1b[F", "carol"],
    ["G\x1b[H", "alice"],
    ["Gg", "alice"],
  ])("%j leads to %s", (keys, user) => {
    expect(userAtCursor(type(start, keys).state)).toBe(user);
  });

  test.each([
    ["q", { kind: "quit" }],
    ["\x03", { kind: "quit" }],
    ["\x1a", { kind: "suspend" }],
    ["\x0c", { kind: "redraw" }],
    ["j\r", { kind: "details", session: bob }],
    ["jx", { kind: "end", sessions: [bob] }],
    [" jjx", { kind: "end", sessions: [alice] }],
    ["  x", { kind: "end", sessions: [alice, bob] }],
    [" k x", { kind: "end", sessions: [bob] }],
  ])("%j orders %j", (keys, order) => {
    expect(type(start, keys).order).toEqual(order);
  });

  test("s goes through the orders and comes back", () => {
    const orders = sortings.map((_, index) => users(type(start, "s".repeat(index)).state).join());
    expect(new Set(orders)).toEqual(new Set(["alice,bob,carol", "carol,bob,alice"]));
    expect(type(start, "s".repeat(sortings.length)).state.sorting).toBe(0);
  });

  test("an order that was asked for is the first", () => {
    const state = firstState(lookAt(people), [{ column: "user", descending: true }], false);
    expect(users(state)).toEqual(["carol", "bob", "alice"]);
    expect(users(type(state, "s").state)).toEqual(["alice", "bob", "carol"]);
  });

  test("Esc forgets filter, marks and notices", () => {
    const state = { ...type(start, " /bob\r").state, notice: "something" };
    expect(type(state, "\x1b").state).toMatchObject({ filter: "", marked: new Set(), notice: undefined });
  });

  test("nothing can be done where there is nobody, or to whoever has gone", () => {
    const empty = firstState(lookAt([]), [], false);
    for (const keys of ["x", "f", "\r", " x", "jkG"]) expect(type(empty, keys).order).toBeUndefined();
    const closed: SessionEvent = { kind: "closed", timeMs: now, session: alice, durationSeconds: 1, origin: "look" };
    const state = afterLook(start, lookAt([bob]), [closed]);
    expect(userAtCursor(state)).toBe("alice");
    for (const keys of ["x", "f", "\r", " x"]) expect(type(state, keys).order).toBeUndefined();
    expect(type(state, "x").state.notice).toBe("this session has ended");
  });
});

describe("the filter", () => {
  test("narrows as it is typed, in any case, by words", () => {
    expect(users(type(start, "/BO").state)).toEqual(["bob"]);
    expect(users(type(start, "/pts ca").state)).toEqual(["carol"]);
    expect(users(type(start, "/zzz").state)).toEqual([]);
  });

  test("moves the cursor to a row that can be seen", () => {
    expect(userAtCursor(type(start, "/bob").state)).toBe("bob");
  });

  test("keys that mean something elsewhere are letters there", () => {
    expect(type(start, "/qx ?").state.filter).toBe("qx ?");
  });

  test("Backspace, Enter and Esc", () => {
    expect(type(start, "/boo\x7f").state.filter).toBe("bo");
    expect(type(start, "/bo\r").state).toMatchObject({ filter: "bo", mode: { kind: "rows" } });
    expect(type(start, "/bo\x1b").state).toMatchObject({ filter: "", mode: { kind: "rows" } });
    expect(type(start, "/bo\x03")).toMatchObject({ order: { kind: "quit" } });
    expect(type(start, "/q")).toMatchObject({ order: undefined, state: { filter: "q" } });
  });
});

describe("text over the rows", () => {
  const lines = Array.from({ length: 10 }, (_, index) => `line ${String(index)}`);
  const reading: State = { ...start, mode: { kind: "text", title: "t", lines, top: 0, question: undefined } };
  const asking: State = { ...start, mode: { kind: "text", title: "t", lines, top: 0, question: "Sure?" } };

  test.each([
    ["j", 1],
    ["jk", 0],
    ["\x1b[6~", 4],
    ["G", 6],
    ["Gg", 0],
  ])("%j scrolls to %i", (keys, top) => {
    expect(type(reading, keys, 4).state.mode).toMatchObject({ top });
    expect(type(asking, keys, 4).state.mode).toMatchObject({ top });
  });

  test.each(["q", "\x03"])("%j quits from there", (key) => {
    for (const state of [reading, asking, type(start, "?").state])
      expect(type(state, key)).toEqual({ state, order: { kind: "quit" } });
  });

  test.each(["\x1b", "\r", " "])("%j closes it", (key) => {
    expect(type(reading, key).state.mode).toEqual({ kind: "rows" });
    expect(type(type(start, "?").state, key).state.mode).toEqual({ kind: "rows" });
  });

  test.each(["y", "Y"])("%j says yes", (key) => {
    expect(type(asking, key).order).toEqual({ kind: "answer", isYes: true });
  });

  test.each(["n", "N", "\r", "\x1b"])("%j says no", (key) => {
    expect(type(asking, key).order).toEqual({ kind: "answer", isYes: false });
  });

  test.each(["x", " ", "?", "z", "\x7f"])("%j is no answer", (key) => {
    expect(type(asking, key)).toEqual({ state: asking, order: undefined });
  });

  test("what is being done can only be called off", () => {
    const busy: State = { ...start, mode: { kind: "busy", text: "…" } };
    expect(type(busy, "\x03").order).toEqual({ kind: "callOff" });
    for (const key of ["q", "y", "x", "\r", "\x1b"]) expect(type(busy, key)).toEqual({ state: busy, order: undefined });
  });
});

describe("from look to look", () => {
  const opened = (one: Session): SessionEvent => ({ kind: "opened", timeMs: now, session: one, origin: "look" });
  const closed = (one: Session): SessionEvent => {
    return { kind: "closed", timeMs: now, session: one, durationSeconds: 1, origin: "look" };
  };
  const news = (state: State) => Object.fromEntries(state.rows.map((row) => [row.session.user, row.news]));

  test("news are marked for a few seconds, then they are none", () => {
    let state = afterLook(start, lookAt([bob, carol, session({ user: "dan", pid: 9 })]), [
      closed(alice),
      opened(session({ user: "dan", pid: 9 })),
    ]);
    expect(news(state)).toEqual({ alice: "closed", bob: undefined, carol: undefined, dan: "opened" });
    const dan = session({ user: "dan", pid: 9 });
    state = afterLook(state, lookAt([bob, carol, dan], 4000), []);
    expect(news(state)).toEqual({ alice: "closed", bob: undefined, carol: undefined, dan: "opened" });
    state = afterLook(state, lookAt([bob, carol, dan], 8000), []);
    expect(news(state)).toEqual({ bob: undefined, carol: undefined, dan: undefined });
    expect([state.logins, state.logouts]).toEqual([1, 1]);
  });

  test("strangers are no logins", () => {
    const waiting = stranger({ pid: 9 });
    const state = afterLook(start, lookAt([...people, waiting]), [opened(waiting)]);
    expect([state.open, state.others.authenticating, state.logins]).toEqual([3, 1, 0]);
  });

  test("the cursor stays with its session, or takes the place of one that is gone", () => {
    const atBob = type(start, "j").state;
    expect(userAtCursor(afterLook(atBob, lookAt([carol, bob]), []))).toBe("bob");
    expect(userAtCursor(afterLook(atBob, lookAt([alice, carol]), []))).toBe("carol");
  });

  test("marks of sessions that are gone are gone", () => {
    const marked = type(start, "  ").state;
    expect(afterLook(marked, lookAt([bob]), []).marked).toEqual(new Set([idOf(bob)]));
    expect(afterLook(marked, lookAt([bob]), [closed(alice)]).marked).toEqual(new Set([idOf(bob)]));
  });

  test("while it is paused the rows stand still, and counting goes on", () => {
    const paused = type(start, "p").state;
    const state = afterLook(paused, lookAt([], 2000), people.map(closed));
    expect(state.rows).toBe(paused.rows);
    expect([state.logouts, state.takenAtMs, state.history]).toEqual([3, now, [3, 0]]);
    expect(afterLook(type(state, "p").state, lookAt([], 4000), []).rows).toEqual([]);
  });

  test("the history has an end", () => {
    let state = start;
    for (let look = 0; look < 1000; look += 1) state = afterLook(state, lookAt(people), []);
    expect(state.history.length).toBe(300);
  });

  test("the last warning is a notice", () => {
    const warning = { code: "c", message: "beware" };
    expect(afterLook(start, lookAt(people), [{ kind: "warning", timeMs: now, warning }]).notice).toBe("beware");
  });
});
