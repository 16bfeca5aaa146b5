import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { Choice } from "../../../../../src/domain/choose-sessions.ts";
import { byUser, idleFor } from "../../../../../src/domain/selection.ts";
import { phases, sessionId, type Session, type SessionReport } from "../../../../../src/domain/session.ts";
import type { JournalNotice } from "../../../../../src/domain/short-logins.ts";
import { Watcher } from "../../../../../src/features/watch/events/watcher.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../../../helpers/sessions.ts";

const open: Choice = { criteria: [], phases: ["open"], containers: false };

test("the first look is a snapshot of the chosen, and a warning that goes on is told once", () => {
  const watcher = new Watcher({ ...open, criteria: [byUser(["alice"])] });
  const warnings = [{ code: "needs-root", message: "run as root" }];
  const first = watcher.see(report([session(), session({ pid: 3001, user: "bob" })], { warnings }));
  expect(first.events).toMatchObject([{ kind: "snapshot", sessions: [{ user: "alice" }] }, { kind: "warning" }]);
  expect(watcher.see(report([session()], { warnings })).events).toEqual([]);
  watcher.see(report([session()]));
  expect(watcher.see(report([session()], { warnings })).events).toMatchObject([{ kind: "warning" }]);
});

test("nobody is there only when that is certain", () => {
  const watcher = new Watcher({ ...open, criteria: [idleFor(60)] });
  expect(watcher.see(report([session({ lastInputMs: undefined })])).isNobodyThere).toBe(false);
  expect(watcher.see(report([session({ lastInputMs: now - 90_000 })])).isNobodyThere).toBe(false);
  expect(watcher.see(report([session({ lastInputMs: now })])).isNobodyThere).toBe(true);
});

/** A machine with people who stay so long, and the journal's lines about all of them. */
class Crowd {
  readonly born: Session[] = [];
  #there: { session: Session; untilMs: number }[] = [];
  #port = 0;

  /** @returns the lines for a login. */
  logIn(timeMs: number, lastsMs: number): JournalNotice[] {
    this.#port += 1;
    const pid = 1000 + (this.#port % 30_000);
    const peer = { address: "10.0.0.9", port: this.#port % 65_536 };
    const visitor = session({
      identity: { pid, startTicks: this.#port },
      pid: pid + 1,
      peer,
      acceptedAtMs: timeMs - 50,
      startedAtMs: timeMs,
    });
    this.born.push(visitor);
    this.#there.push({ session: visitor, untilMs: timeMs + lastsMs });
    const message = { outcome: "accepted" as const, method: "password", user: "alice", peer, key: undefined };
    const record = { message, pid, timeMs, source: "journal", verified: true };
    return [
      { kind: "login", login: { record, server: "openssh", ticks: this.#port } },
      { kind: "logout", pid, timeMs: timeMs + lastsMs },
    ];
  }

  look(takenAtMs: number): SessionReport {
    this.#there = this.#there.filter(({ untilMs }) => untilMs > takenAtMs);
    const sessions = this.#there.map(({ session }) => session);
    const process = { ppid: 1, pgid: 1, sid: 1, comm: "sshd", tty: undefined, foregroundGroup: -1 };
    const processes = new Map(sessions.map(({ identity }) => [identity.pid, { ...process, ...identity }]));
    return report(sessions, { takenAtMs, processes });
  }
}

describe("100 logins a second", () => {
  test.each([
    ["whose lines come at once", 0],
    ["whose lines come two looks late", 2],
  ])("%s: each is told once when it opens and once when it closes", (_, delay) => {
    const crowd = new Crowd();
    const watcher = new Watcher(open);
    const told = new Map<string, string[]>();
    const queue: JournalNotice[][] = Array.from({ length: delay }, () => []);
    watcher.see(crowd.look(now));
    for (let tick = 1; tick <= 60; tick += 1) {
      const lines: JournalNotice[] = [];
      for (let each = 0; each < 200; each += 1)
        lines.push(...crowd.logIn(now + tick * 2000 - 2000 + each * 10, [5, 700, 2500, 9000][each % 4] ?? 0));
      queue.push(tick <= 50 ? lines : lines.splice(0, 0));
      for (const line of queue.shift() ?? []) watcher.notice(line);
      for (const event of watcher.see(crowd.look(now + tick * 2000)).events) {
        if (event.kind !== "opened" && event.kind !== "closed") continue;
        const key = String(event.session.peer?.port);
        told.set(key, [...(told.get(key) ?? []), event.kind]);
      }
    }
    const first = crowd.born.slice(0, 8000);
    expect(first.filter(({ peer }) => told.get(String(peer?.port))?.join() !== "opened,closed")).toEqual([]);
  });
});

test("10,000 looks at people who come and go leave nothing behind", () => {
  const watcher = new Watcher(open);
  const crowd = new Crowd();
  watcher.see(crowd.look(now));
  const bytes: number[] = [];
  for (let tick = 1; tick <= 10_000; tick += 1) {
    for (const line of crowd.logIn(now + tick * 2000 - 1500, [5, 3000][tick % 2] ?? 0)) watcher.notice(line);
    watcher.see(crowd.look(now + tick * 2000));
    crowd.born.length = 0;
    if (tick % 5000 === 0) bytes.push(usedBytes());
  }
  const [half = 0, all = 0] = bytes;
  expect(all - half).toBeLessThan(500_000);
});

/** What is really still in use. */
function usedBytes(): number {
  setFlagsFromString("--expose_gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

test("whoever was seen before the login only, and is gone at the next look, has opened and closed", () => {
  const crowd = new Crowd();
  const lines = crowd.logIn(now + 500, 200);
  const [visitor = session()] = crowd.born;
  const waiting = stranger({ pid: visitor.pid, identity: visitor.identity, peer: visitor.peer });
  for (const [choice, kinds] of [
    [open, "opened,closed"],
    [{ ...open, phases }, "closed"],
  ] as const) {
    const watcher = new Watcher(choice);
    watcher.see(report([waiting]));
    for (const line of lines) watcher.notice(line);
    expect(
      watcher
        .see(crowd.look(now + 2000))
        .events.map(({ kind }) => kind)
        .join(),
    ).toBe(kinds);
  }
});

test("a session keeps its identity from the first event to the last", () => {
  const watcher = new Watcher(open);
  watcher.see(report([]));
  const opened = watcher.see(report([session()])).events[0];
  const closed = watcher.see(report([])).events[0];
  const idOf = (event: typeof opened) => event && "session" in event && sessionId(event.session.identity);
  expect([opened?.kind, closed?.kind]).toEqual(["opened", "closed"]);
  expect(idOf(opened)).toBe(idOf(closed));
});

test("the own session is not waited for, and one that may be is", () => {
  for (const [self, isNobodyThere] of [
    [true, true],
    [undefined, false],
    [false, false],
  ] as const)
    expect(new Watcher(open).see(report([session({ self })])).isNobodyThere).toBe(isNobodyThere);
});

test("nobody is there only when no login is on its way that may be meant", () => {
  const opening = session({ phase: "opening", kind: undefined, ttys: [] });
  const bob = byUser(["bob"]);
  for (const [choice, isNobodyThere] of [
    [open, false],
    [{ ...open, criteria: [bob] }, true],
    [{ ...open, phases: ["authenticating"] as const }, true],
    [{ ...open, phases }, false],
  ] as const)
    expect(new Watcher(choice).see(report([opening])).isNobodyThere).toBe(isNobodyThere);
  expect(
    new Watcher({ ...open, criteria: [bob] }).see(report([{ ...opening, user: undefined, uid: undefined }])),
  ).toMatchObject({ isNobodyThere: false });
});

test("of a session that PAM keeps closing, lines that come late tell nothing again", () => {
  const crowd = new Crowd();
  const lines = crowd.logIn(now + 500, 10_000);
  const [visitor = session()] = crowd.born;
  const watcher = new Watcher(open);
  const kinds: string[] = [];
  const see = (sessions: readonly Session[], takenAtMs: number) => {
    const process = { ppid: 1, pgid: 1, sid: 1, comm: "sshd", tty: undefined, foregroundGroup: -1 };
    const processes = new Map(sessions.map(({ identity }) => [identity.pid, { ...process, ...identity }]));
    kinds.push(...watcher.see(report(sessions, { takenAtMs, processes })).events.map(({ kind }) => kind));
  };
  see([], now);
  see([visitor], now + 2000);
  see([{ ...visitor, phase: "closing" }], now + 4000);
  for (const line of lines) watcher.notice(line);
  see([{ ...visitor, phase: "closing" }], now + 6000);
  see([], now + 8000);
  expect(kinds).toEqual(["snapshot", "opened", "closed"]);
});

test("who was only seen closing has opened and closed", () => {
  const crowd = new Crowd();
  const lines = crowd.logIn(now + 500, 200);
  const [visitor = session()] = crowd.born;
  const process = { ppid: 1, pgid: 1, sid: 1, comm: "sshd", tty: undefined, foregroundGroup: -1, ...visitor.identity };
  const processes = new Map([[visitor.identity.pid, process]]);
  const watcher = new Watcher(open);
  watcher.see(report([], { takenAtMs: now }));
  for (const line of lines) watcher.notice(line);
  const closing = report([{ ...visitor, phase: "closing" }], { takenAtMs: now + 2000, processes });
  expect(watcher.see(closing).events).toEqual([]);
  const events = watcher.see(report([], { takenAtMs: now + 4000, processes: new Map() })).events;
  expect(events.map(({ kind }) => kind)).toEqual(["opened", "closed"]);
});
