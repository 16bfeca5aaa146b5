import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { chooseSessions, type Choice } from "../../../src/domain/choose-sessions.ts";
import { diffSessions, knownOf, type Poll } from "../../../src/domain/diff-sessions.ts";
import type { SessionEvent } from "../../../src/domain/session-event.ts";
import { byUser } from "../../../src/domain/selection.ts";
import { phases, sessionId, type Session, type SessionReport } from "../../../src/domain/session.ts";
import { anySession } from "../../helpers/arbitraries.ts";
import { now } from "../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const everyPhase: Choice = { criteria: [], phases, containers: false };
const open: Choice = { ...everyPhase, phases: ["open"] };

function look(sessions: readonly Session[], choice = open, given: Partial<SessionReport> = {}): Poll {
  const all = report(sessions, given);
  return { report: all, chosen: chooseSessions(all, choice) };
}

function between(before: readonly Session[], after: Poll, choice = open): string[] {
  const { events } = diffSessions(knownOf(look(before, choice)), after);
  return events.map((event) => ("session" in event ? `${event.kind} ${String(event.session.pid)}` : event.kind));
}

const alice = session({ pid: 2001 });
const bob = session({ pid: 3001, user: "bob" });

describe("from one look to the next", () => {
  test("whoever is new has opened, whoever is missing has closed, and ends come first", () => {
    expect(between([alice], look([bob]))).toEqual(["closed 2001", "opened 3001"]);
  });

  test("the same PID with another start is another session", () => {
    const heir = session({ identity: { pid: 2000, startTicks: 888_000 } });
    expect(between([alice], look([heir]))).toEqual(["closed 2001", "opened 2001"]);
  });

  test("an end tells how long the login lasted", () => {
    const { events } = diffSessions(knownOf(look([alice])), look([], open, { takenAtMs: now + 500 }));
    expect(events).toEqual([
      { kind: "closed", timeMs: now + 500, session: alice, durationSeconds: 3600.5, origin: "look" },
    ]);
  });

  test.each([
    ["a terminal", { ttys: ["pts/1", "pts/2"] }, ["ttys"]],
    ["what it is used for", { kind: "mixed" as const }, ["kind"]],
    ["whose it is", { user: "bob" }, ["user"]],
  ])("%s changes", (_, given, changes) => {
    const { events } = diffSessions(knownOf(look([alice])), look([session(given)]));
    expect(events).toMatchObject([{ kind: "changed", previous: alice, changes, selected: true }]);
  });

  test("what only passes is no change", () => {
    expect(between([alice], look([session({ lastInputMs: now, busy: true, command: "vim" })]))).toEqual([]);
  });
});

describe("a login", () => {
  const waiting = stranger({ pid: 2000, identity: alice.identity });

  test("is an opening where strangers were not asked for", () => {
    expect(between([], look([waiting]))).toEqual([]);
    expect(between([waiting], look([alice]))).toEqual(["opened 2001"]);
  });

  test("is one of what had opened before where they were", () => {
    expect(between([], look([waiting], everyPhase), everyPhase)).toEqual(["opened 2000"]);
    expect(between([waiting], look([alice], everyPhase), everyPhase)).toEqual(["authenticated 2001"]);
  });

  test("ends the choice of whoever asked only for strangers", () => {
    const choice: Choice = { ...everyPhase, phases: ["authenticating"] };
    const { known, events } = diffSessions(knownOf(look([waiting], choice)), look([alice], choice));
    expect(events).toMatchObject([{ kind: "authenticated", selected: false }]);
    expect(diffSessions(known, look([], choice)).events).toEqual([]);
  });

  const opening = session({ ...waiting, phase: "opening", user: "alice", uid: 1000 });
  // Its session child was born while the machine was being read.
  const half = session({ ...opening, phase: "closing" });
  const strangers: Choice = { ...everyPhase, phases: ["authenticating"] };

  test.each([
    ["who watches sessions", open, [], [], ["opened"]],
    ["who watches strangers", strangers, ["opened"], [], ["authenticated"]],
    ["who watches all", everyPhase, ["opened"], ["changed"], ["authenticated"]],
  ])("is told once to %s, whatever a look in between took it for", (_, choice, ...kinds) => {
    expect(told(choice, [waiting, opening, alice])).toEqual(kinds);
    expect(told(choice, [waiting, half, alice])).toEqual(kinds);
  });

  test("is told where it was first seen half done", () => {
    expect(told(open, [half, alice])).toEqual([[], ["opened"]]);
    expect(told(everyPhase, [half, alice])).toEqual([["opened"], ["authenticated"]]);
  });

  function told(choice: Choice, seen: readonly Session[]): SessionEvent["kind"][][] {
    let known = knownOf(look([], choice));
    return seen.map((each) => {
      const { known: next, events } = diffSessions(known, look([each], choice));
      known = next;
      return events.map(({ kind }) => kind);
    });
  }

  test("that ends before it is a session has closed where it was told of", () => {
    for (const [choice, kinds] of [
      [open, []],
      [strangers, ["closed"]],
      [everyPhase, ["closed"]],
    ] as const) {
      const { known } = diffSessions(knownOf(look([waiting], choice)), look([opening], choice));
      expect(diffSessions(known, look([], choice)).events.map(({ kind }) => kind)).toEqual(kinds);
    }
  });
});

describe("a session that PAM keeps closing", () => {
  const closing = session({ phase: "closing", monitorPid: undefined, ttys: [], kind: undefined });

  test("has closed with its user", () => {
    const { known, events } = diffSessions(knownOf(look([alice])), look([closing]));
    expect(events).toMatchObject([{ kind: "closed", session: alice }]);
    expect(diffSessions(known, look([closing])).events).toEqual([]);
    expect(diffSessions(known, look([])).events).toEqual([]);
  });

  test("closes with its connection for who watches that", () => {
    const { known, events } = diffSessions(knownOf(look([alice], everyPhase)), look([closing], everyPhase));
    expect(events).toMatchObject([{ kind: "changed", changes: ["phase", "kind", "ttys"], selected: true }]);
    expect(diffSessions(known, look([], everyPhase)).events).toMatchObject([{ kind: "closed", session: closing }]);
  });
});

test("a session that is chosen from now on, or not any more, has not opened or closed", () => {
  const choice: Choice = { ...everyPhase, criteria: [byUser(["bob"])] };
  const renamed = session({ user: "bob" });
  expect(diffSessions(knownOf(look([alice], choice)), look([renamed], choice)).events).toMatchObject([
    { kind: "changed", changes: ["user"], selected: true },
  ]);
  expect(diffSessions(knownOf(look([renamed], choice)), look([alice], choice)).events).toMatchObject([
    { kind: "changed", changes: ["user"], selected: false },
  ]);
});

describe("of any looks", () => {
  const distinct = fc.uniqueArray(anySession, { selector: ({ identity }) => sessionId(identity), maxLength: 8 });

  test.prop([distinct])("one and the same twice is nothing", (sessions) => {
    expect(diffSessions(knownOf(look(sessions)), look(sessions)).events).toEqual([]);
  });

  test.prop([fc.array(distinct, { maxLength: 5 })])("each session opens once and closes once", (looks) => {
    const there = new Set<string>();
    let known = knownOf(look([]));
    for (const sessions of [...looks, []]) {
      const next = diffSessions(known, look(sessions, everyPhase));
      known = next.known;
      for (const event of next.events) {
        if (event.kind !== "opened" && event.kind !== "closed") continue;
        const id = sessionId(event.session.identity);
        expect(there.has(id)).toBe(event.kind === "closed");
        if (event.kind === "opened") there.add(id);
        else there.delete(id);
      }
    }
    expect(there.size).toBe(0);
  });
});
