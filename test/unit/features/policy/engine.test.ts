import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { sessionId, type Session } from "../../../../src/domain/session.ts";
import { advance, done, settle, warned, type Step } from "../../../../src/features/policy/engine/advance.ts";
import { judge } from "../../../../src/features/policy/engine/judge.ts";
import { beginLook, type Memory, type Ticks } from "../../../../src/features/policy/engine/memory.ts";
import { parsePolicy } from "../../../../src/features/policy/rules/parse-policy.ts";
import type { Policy } from "../../../../src/features/policy/rules/rule.ts";
import { criteriaOf } from "../../../../src/features/policy/rules/selection.ts";
import { keepMemory, recallMemory } from "../../../../src/features/policy/service/keep-memory.ts";
import { memoryState } from "../../../helpers/memory-state.ts";
import { now } from "../../../helpers/machine-builder.ts";
import { session } from "../../../helpers/sessions.ts";

function policyOf(text: string): Policy {
  const parsed = parsePolicy({ file: "policy.toml", text }, []);
  if ("message" in parsed) throw new Error(parsed.message);
  return parsed;
}

/** A machine on which time passes by hand, and a service that is told everything. */
class Day {
  #memory: Memory | undefined;
  #isFresh = true;
  readonly #ticks = { nowMs: now, bootId: "b", uptimeSeconds: 100_000 };
  /** What was done, as "kind:pid@seconds". */
  readonly acts: string[] = [];
  readonly #startSeconds = this.#ticks.uptimeSeconds;
  policy: Policy;
  /** Why sessions are left alone, by PID. */
  exempt = new Map<number, string>();
  quiet = new Map<number, number>();

  constructor(policy: string) {
    this.policy = policyOf(policy);
  }

  get nowMs(): number {
    return this.#ticks.nowMs;
  }

  pass(seconds: number): void {
    this.#ticks.nowMs += seconds * 1000;
    this.#ticks.uptimeSeconds += seconds;
  }

  /** Somebody sets the clock. */
  setClock(seconds: number): void {
    this.#ticks.nowMs += seconds * 1000;
  }

  reboot(): void {
    this.#ticks.bootId += "b";
    this.#ticks.uptimeSeconds = 10;
    this.restart();
  }

  /** The service is killed and begins anew, with what it has written down. */
  restart(): void {
    this.#isFresh = true;
  }

  look(sessions: readonly Session[]): readonly Step[] {
    const ticks: Ticks = { ...this.#ticks };
    const { policy } = this;
    const memory = beginLook(this.#memory, policy.mode, ticks, this.#isFresh, policy.intervalSeconds);
    const rules = policy.rules.map((rule) => ({ rule, criteria: criteriaOf(rule.selection, new Map()) }));
    const moment = { nowMs: ticks.nowMs, evenSinceMs: memory.evenSinceMs };
    const verdicts = judge(rules, sessions, moment, ({ pid }) => this.quiet.get(pid));
    const next = advance(memory, memory.tripped === undefined ? verdicts : new Map(), sessions, this.#isFresh);
    const exempt = new Map(
      sessions.flatMap(({ pid, identity }) => {
        const why = this.exempt.get(pid);
        return why === undefined ? [] : [[sessionId(identity), why] as const];
      }),
    );
    const settled = settle(next.memory, next.steps, exempt, policy.fuse, sessions.length);
    for (const relief of [...next.reliefs, ...settled.reliefs]) this.#note("relieve", relief.session);
    if (settled.trip !== undefined) this.acts.push(`fuse:${String(settled.trip.count)}`);
    const steps = settled.trip === undefined ? settled.steps : [];
    this.#memory = settled.memory;
    for (const step of steps) {
      this.#note(step.kind, step.session);
      if (step.kind === "warn") this.#memory = warned(this.#memory, step);
      if (step.kind === "tell") this.#memory = done(this.#memory, step);
    }
    if (settled.trip !== undefined) this.#memory = { ...this.#memory, tripped: { id: "x", ...settled.trip } };
    this.#isFresh = false;
    // Whatever it remembers has to outlive it.
    const folder = memoryState();
    keepMemory(this.#memory, folder);
    expect(recallMemory(folder)).toEqual(this.#memory);
    return steps;
  }

  #note(kind: string, { pid }: Session): void {
    this.acts.push(`${kind}:${String(pid)}@${String(this.#ticks.uptimeSeconds - this.#startSeconds)}`);
  }
}

const idle = (extra = "") => `[[rule]]\nname = "idle"\nidle = "10m"\naction = "kill"\n${extra}`;
/** Idle since the beginning, whatever time it is. */
const still = session({ lastInputMs: now - 3_600_000 });

describe("two looks in a row have to agree,", () => {
  test("and the first one of a service does not count", () => {
    const day = new Day(idle());
    for (let look = 0; look < 4; look += 1) {
      day.look([still]);
      day.pass(30);
    }
    expect(day.acts).toEqual(["end:2001@60", "end:2001@90"]);
  });

  test("and one in between that does not begins it anew", () => {
    const day = new Day(idle());
    for (const typed of [false, false, true, false, false]) {
      day.look([typed ? { ...still, lastInputMs: day.nowMs } : still]);
      day.pass(30);
    }
    expect(day.acts).toEqual(["end:2001@120"]);
  });
});

describe("after a warning", () => {
  const run = (day: Day, looks: number, who: (day: Day) => Session = () => still) => {
    for (let look = 0; look < looks; look += 1) {
      day.look([who(day)]);
      day.pass(30);
    }
  };

  test("the end comes when its time is up, and not before", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 7);
    expect(day.acts).toEqual(["warn:2001@60", "end:2001@180"]);
  });

  test("whoever types is told that it will not come", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 4);
    run(day, 3, ({ nowMs }) => ({ ...still, lastInputMs: nowMs }));
    expect(day.acts).toEqual(["warn:2001@60", "relieve:2001@120"]);
  });

  test("nobody is warned again by a service that was killed, and two looks have to agree again", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 6);
    day.restart();
    run(day, 3);
    expect(day.acts).toEqual(["warn:2001@60", "end:2001@240"]);
  });

  test("which is long ago, because the service was away, there is a new one", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 4);
    day.pass(3600);
    day.restart();
    run(day, 3);
    expect(day.acts.map((act) => act.split("@")[0])).toEqual(["warn:2001", "warn:2001"]);
  });

  test("whoever is left alone by then is told so, and warned anew when that is over", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 4);
    day.exempt = new Map([[2001, "root runs sshctl in it"]]);
    run(day, 4);
    day.exempt.clear();
    run(day, 13);
    expect(day.acts).toEqual(["warn:2001@60", "relieve:2001@180", "warn:2001@480", "end:2001@600"]);
  });

  test("a reboot begins everything anew", () => {
    const day = new Day(idle('warn = "2m"\n'));
    run(day, 4);
    day.reboot();
    run(day, 2);
    expect(day.acts).toEqual(["warn:2001@60"]);
  });

  test("a clock that is set changes nothing: neither an early end nor a late one", () => {
    for (const seconds of [86_400, -86_400]) {
      const old = '[[rule]]\nname = "old"\nolder-than = "10m"\nwarn = "2m"\naction = "kill"\n';
      const day = new Day(old);
      // The kernel tells times of processes by its own count of seconds: they move with the clock.
      const startedAt = { ...still, startedAtMs: now - 3_600_000 };
      run(day, 3, () => startedAt);
      day.setClock(seconds);
      run(day, 5, () => ({ ...startedAt, startedAtMs: startedAt.startedAtMs + seconds * 1000 }));
      expect(day.acts).toEqual(["warn:2001@60", "end:2001@180", "end:2001@210"]);
    }
  });
});

test("a clock that jumps makes nobody idle who was not", () => {
  const day = new Day(idle());
  const typing = session({ lastInputMs: now });
  for (let look = 0; look < 10; look += 1) {
    day.look([typing]);
    day.pass(30);
    if (look === 4) day.setClock(36_000);
  }
  expect(day.acts).toEqual([]);
  // From the jump on, it is idle like anybody else.
  for (let look = 0; look < 25; look += 1) {
    day.look([typing]);
    day.pass(30);
  }
  expect(day.acts[0]).toBe("end:2001@780");
});

test("a message without an end is written once, until it does not apply any more", () => {
  const day = new Day('[[rule]]\nname = "idle"\nidle = "10m"\naction = "warn"\n');
  for (let look = 0; look < 10; look += 1) {
    day.look([look === 6 ? { ...still, lastInputMs: day.nowMs } : still]);
    day.pass(30);
  }
  expect(day.acts).toEqual(["tell:2001@60", "tell:2001@240"]);
});

test("what is no memory of the engine is none", () => {
  const folder = memoryState();
  expect(recallMemory(folder)).toBeUndefined();
  folder.write("memory.json", "{}");
  expect(recallMemory(folder)).toBeUndefined();
});

describe("the fuse", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...still, ...idOf(2001 + 100 * index) }));
  const idOf = (pid: number) => ({ pid, identity: { pid: pid - 1, startTicks: 777_000 } });

  test.each([
    ["as many as may end", "fuse = { most = 3, percent = 100 }\n", 3, false],
    ["one more", "fuse = { most = 3, percent = 100 }\n", 4, true],
    ["half of them", "fuse = { most = 100, percent = 50 }\n", 4, true],
    ["the only one", "fuse = { most = 100, percent = 1 }\n", 1, false],
  ])("%s", (_, fuse, count, trips) => {
    const day = new Day(fuse + idle());
    for (let look = 0; look < 6; look += 1) {
      day.look(many(count));
      day.pass(30);
    }
    const kinds = day.acts.slice(0, count).map((each) => each.split(":")[0]);
    expect(kinds).toEqual(trips ? ["fuse"] : Array.from({ length: count }, () => "end"));
  });

  test("does not count those who are left alone", () => {
    const day = new Day("fuse = { most = 1, percent = 100 }\n" + idle());
    day.exempt = new Map([[2001, "protected"]]);
    for (let look = 0; look < 3; look += 1) {
      day.look(many(2));
      day.pass(30);
    }
    expect(day.acts).toEqual(["end:2101@60"]);
  });

  test("whoever was warned is told that nothing comes", () => {
    const day = new Day("fuse = { most = 1, percent = 100 }\n" + idle('warn = "1m"\n'));
    for (let look = 0; look < 7; look += 1) {
      day.look(many(2));
      day.pass(30);
    }
    expect(day.acts.map((act) => act.split("@")[0])).toEqual([
      "warn:2001",
      "warn:2101",
      "fuse:2",
      "relieve:2001",
      "relieve:2101",
    ]);
  });
});

/** Somebody who lives through a day. */
interface Person {
  session: Session;
  /** Whether somebody types, or something moves, in this half minute. */
  isActive: (seconds: number) => boolean;
  /** When it has to be gone, in seconds of the day; undefined: never. */
  gone: number | undefined;
}

test("a day of everybody: who is idle, still, old or too many ends, and nobody else", () => {
  const day = new Day(`fuse = { most = 10, percent = 100 }
[[rule]]
name = "pipeline"
user = "deploy"
action = "spare"
[[rule]]
name = "idle"
kind = "shell"
idle = "2h"
warn = "5m"
action = "kill"
[[rule]]
name = "still"
kind = ["tunnel", "sftp"]
no-traffic = "4h"
action = "kill"
[[rule]]
name = "old"
user = "guest"
older-than = "8h"
action = "kill"
[[rule]]
name = "many"
user = "bob"
max-sessions = 2
which = "newest"
action = "kill"
`);
  const hour = 3600;
  let pid = 2001;
  const person = (given: Partial<Session>, isActive: Person["isActive"], gone?: number): Person => {
    pid += 100;
    const start = { startedAtMs: now, lastInputMs: now, identity: { pid: pid - 1, startTicks: pid }, pid };
    return { session: session({ ...start, ...given }), isActive, gone };
  };
  const always = () => true;
  const never = () => false;
  const each = (seconds: number) => (second: number) => second % seconds === 0;
  const bob = { user: "bob", uid: 1001 };
  const tunnel = { kind: "tunnel", ttys: [], lastInputMs: undefined, busy: false } as const;
  const people = [
    person({}, always),
    person({}, each(hour)),
    person({}, each(2 * hour - 60)),
    person({}, never, 2 * hour + 330),
    person({}, (second) => second < 3 * hour, 5 * hour + 300),
    person({ busy: true }, never),
    person({ busy: undefined }, never),
    person({ user: "deploy", uid: 1002 }, never),
    person(tunnel, each(300)),
    person(tunnel, never, 4 * hour + 30),
    person({ ...tunnel, kind: "sftp" }, each(3 * hour)),
    person({ user: "guest", uid: 1003 }, always, 8 * hour + 30),
    person({ user: "guest", uid: 1003, startedAtMs: undefined }, always),
    person({ ...bob, startedAtMs: now - 1000 }, always),
    person({ ...bob, startedAtMs: now - 2000 }, always),
    person(bob, always, 60),
  ];
  for (const { session: begun } of people) day.quiet.set(begun.pid, now);
  const living = new Map(people.map((one) => [one.session.pid, one.session]));
  const ended = new Map<number, number>();
  for (let second = 0; second <= 24 * hour; second += 30) {
    for (const { session: begun, isActive } of people) {
      const known = living.get(begun.pid);
      if (known === undefined || !isActive(second)) continue;
      if (known.lastInputMs !== undefined) living.set(begun.pid, { ...known, lastInputMs: day.nowMs });
      day.quiet.set(begun.pid, day.nowMs);
    }
    // The service is killed now and then.
    if (second % (5 * hour) === 0) day.restart();
    for (const { kind, session: of } of day.look([...living.values()])) {
      if (kind !== "end") continue;
      living.delete(of.pid);
      ended.set(of.pid, second);
    }
    day.pass(30);
  }
  const expected = people.flatMap(({ session: of, gone }) => (gone === undefined ? [] : [[of.pid, gone]]));
  expect([...ended].toSorted(([a], [b]) => a - b).map(([of]) => of)).toEqual(expected.map(([of]) => of));
  for (const [of = 0, gone = 0] of expected) {
    expect(ended.get(of)).toBeGreaterThanOrEqual(gone);
    expect(ended.get(of)).toBeLessThanOrEqual(gone + 120);
  }
});

const event = fc.constantFrom("look", "type", "jump", "back", "restart", "pass");

property.prop([fc.array(event, { maxLength: 60 })])("nobody who types ends, whatever the clock does", (events) => {
  const day = new Day(idle('warn = "1m"\n'));
  let last = day.nowMs;
  for (const each of events) {
    if (each === "jump") day.setClock(90_000);
    else if (each === "back") day.setClock(-90_000);
    else if (each === "restart") day.restart();
    else day.pass(30);
    // Somebody types every few minutes at least, as seconds really pass.
    if (each === "type" || each === "pass") last = day.nowMs;
    if (each === "look") day.look([session({ lastInputMs: last })]);
    if (each === "look") last = day.nowMs;
  }
  expect(day.acts.filter((act) => act.startsWith("end:"))).toEqual([]);
});
