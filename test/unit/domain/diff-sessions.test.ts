import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { chooseSessions } from "../../../src/domain/choose-sessions.ts";
import { diffSessions, knownOf, type Poll } from "../../../src/domain/diff-sessions.ts";
import { byPhase, byUser, type Criterion } from "../../../src/domain/selection.ts";
import { sessionId, type Session, type SessionReport } from "../../../src/domain/session.ts";
import { anySession } from "../../helpers/arbitraries.ts";
import { now } from "../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const everyPhase: Criterion[] = [];
const open = [byPhase(["open"])];

function look(sessions: readonly Session[], criteria = open, given: Partial<SessionReport> = {}): Poll {
  const all = report(sessions, given);
  return { report: all, chosen: chooseSessions(all, { criteria, containers: false }) };
}

function between(before: readonly Session[], after: Poll, criteria = open): string[] {
  const { events } = diffSessions(knownOf(look(before, criteria)), after);
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
    const criteria = [byPhase(["authenticating"])];
    const { known, events } = diffSessions(knownOf(look([waiting], criteria)), look([alice], criteria));
    expect(events).toMatchObject([{ kind: "authenticated", selected: false }]);
    expect(diffSessions(known, look([], criteria)).events).toEqual([]);
  });

  test("between the helper's end and the child's birth is no end", () => {
    const process = { ppid: 1, pgid: 2000, sid: 2000, comm: "sshd", tty: undefined, foregroundGroup: -1 };
    const processes = new Map([[2000, { ...process, ...alice.identity }]]);
    const gap = look([], everyPhase, { processes });
    const { known, events } = diffSessions(knownOf(look([waiting], everyPhase)), gap);
    expect(events).toEqual([]);
    expect(diffSessions(known, look([alice], everyPhase)).events).toMatchObject([{ kind: "authenticated" }]);
    expect(diffSessions(known, look([], everyPhase)).events).toMatchObject([{ kind: "closed" }]);
  });
});

test("a session that is chosen from now on, or not any more, has not opened or closed", () => {
  const criteria = [byUser(["bob"])];
  const renamed = session({ user: "bob" });
  expect(diffSessions(knownOf(look([alice], criteria)), look([renamed], criteria)).events).toMatchObject([
    { kind: "changed", changes: ["user"], selected: true },
  ]);
  expect(diffSessions(knownOf(look([renamed], criteria)), look([alice], criteria)).events).toMatchObject([
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
