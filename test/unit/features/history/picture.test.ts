import { Chalk } from "chalk";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Row } from "../../../../src/features/history/choose.ts";
import type { Connection, Ending } from "../../../../src/features/history/join/connection.ts";
import { drawTimeline } from "../../../../src/features/history/picture/draw.ts";
import { renderPage } from "../../../../src/features/history/picture/page.ts";
import { ticksOf, timelineOf, type LineFor } from "../../../../src/features/history/picture/timeline.ts";
import { Pseudonyms, withPseudonyms } from "../../../../src/features/history/pseudonyms.ts";
import type { AskedTime } from "../../../../src/features/history/times.ts";
import { textWidth } from "../../../../src/text/width.ts";
import { hostileText } from "../../../helpers/arbitraries.ts";
import { now } from "../../../helpers/machine-builder.ts";

const hourMs = 3_600_000;
const plain = new Chalk({ level: 0 });

function connection(given: Partial<Connection> = {}): Connection {
  return {
    pid: 118,
    boot: "a",
    identity: undefined,
    server: "openssh",
    user: "alice",
    uid: 1000,
    peer: { address: "192.0.2.7", port: 5000 },
    local: undefined,
    auth: undefined,
    ttys: undefined,
    logindSession: undefined,
    loginMs: now - 3 * hourMs,
    endMs: now - hourMs,
    endedByMs: undefined,
    durationMs: 2 * hourMs,
    ending: "client",
    isEndingVerified: true,
    signal: undefined,
    killedBy: undefined,
    sources: ["sshd"],
    ...given,
  };
}

const row = (given?: Partial<Connection>): Row => ({ connection: connection(given), presence: "yes" });
const asked: AskedTime = { fromMs: now - 4 * hourMs, toMs: now, endsNow: true, isMoment: false, isUsual: false };
const bob = { user: "bob", loginMs: now - 2 * hourMs, endMs: undefined, ending: "open" as Ending };
const lost = { user: "carol", loginMs: now - 2 * hourMs, endMs: undefined, ending: "unknown" as Ending };

interface Drawing {
  width?: number;
  isUnicode?: boolean;
  lineFor?: LineFor;
  at?: AskedTime;
}

function drawn(
  rows: readonly Row[],
  { width = 60, isUnicode = true, lineFor = "connection", at = asked }: Drawing = {},
): string[] {
  const timeline = timelineOf(rows, at, lineFor, now);
  return [...drawTimeline(timeline, { width, isUnicode, chalk: plain })].map((line) => line.replace(/\n$/, ""));
}

describe("a picture", () => {
  test("has a bar from login to end, what is perhaps, and what is open, up to now", () => {
    const [axis = "", alice = "", open = "", perhaps = ""] = drawn([row(), row(bob), row(lost)]);
    expect(axis).toMatch(/ now$/);
    const chart = (line: string) => line.slice("alice 192.0.2.7 ".length);
    const cells = 60 - "alice 192.0.2.7 ".length;
    expect(chart(alice).indexOf("█")).toBe(cells / 4);
    expect(chart(alice).lastIndexOf("█")).toBe((cells * 3) / 4 - 1);
    expect(chart(open)).toMatch(/█$/);
    expect(chart(perhaps)).toMatch(/▌░+$/);
  });

  test("begins with the first login where no time was asked for", () => {
    const drawnFrom = (some: readonly Row[], isUsual: boolean) =>
      timelineOf(some, { ...asked, fromMs: now - 7 * 24 * hourMs, isUsual }, "connection", now).fromMs;
    expect(drawnFrom([row(), row(bob)], true)).toBe(now - 3.15 * hourMs);
    expect(drawnFrom([row(), row(bob)], false)).toBe(now - 7 * 24 * hourMs);
    expect(drawnFrom([], true)).toBe(now - 7 * 24 * hourMs);
    expect(drawnFrom([row({ loginMs: undefined })], true)).toBe(now - 7 * 24 * hourMs);
    expect(drawnFrom([row({ loginMs: now - 9 * 24 * hourMs })], true)).toBe(now - 7 * 24 * hourMs);
  });

  test("has a line for each user where it is asked for", () => {
    const lines = drawn([row(), row(bob), row({ loginMs: now - hourMs / 2, endMs: now })], { lineFor: "user" });
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^alice 2 connect/);
  });

  test("has the axis below many lines, too", () => {
    const lines = drawn(Array.from({ length: 21 }, () => row()));
    expect(lines).toHaveLength(24);
    expect(lines[22]).toBe(lines[0]);
  });

  test("of a moment shows what was around it", () => {
    const at: AskedTime = {
      fromMs: now - 2 * hourMs,
      toMs: now - 2 * hourMs,
      endsNow: false,
      isMoment: true,
      isUsual: false,
    };
    const [, line = "", legend = ""] = drawn([row({ endMs: now - 1.9 * hourMs })], { at, width: 100 });
    expect(line).toMatch(/█/);
    expect(legend).toContain("┊ the moment that was asked for");
  });

  test.prop([
    fc.array(
      fc.record({
        user: fc.option(hostileText, { nil: undefined }),
        loginMs: fc.integer({ min: 0, max: now }),
        long: fc.nat(now),
      }),
      { maxLength: 5 },
    ),
    fc.integer({ min: 40, max: 250 }),
    fc.boolean(),
  ])("fits whatever there is to be drawn", (some, width, isUnicode) => {
    const rows = some.map(({ user, loginMs, long }) => row({ user, loginMs, endMs: Math.min(now, loginMs + long) }));
    for (const line of drawn(rows, { width, isUnicode }).slice(0, -1)) {
      expect(textWidth(line)).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });

  test.prop([fc.integer({ min: 0, max: now }), fc.integer({ min: 1, max: 4e11 }), fc.integer({ min: 1, max: 40 })])(
    "has as many round times as have room, in their order",
    (fromMs, long, atMost) => {
      const ticks = ticksOf({ fromMs, toMs: fromMs + long }, atMost);
      expect(ticks.length).toBeLessThanOrEqual(atMost + 2);
      const times = ticks.map(({ timeMs }) => timeMs);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      for (const time of times) expect(time >= fromMs && time <= fromMs + long).toBe(true);
    },
  );
});

describe("a page", () => {
  const page = (user: string, host = "web1") => {
    const timeline = timelineOf([row({ user }), row(bob)], asked, "connection", now);
    const grids = [{ columns: [{ title: "USER" }], rows: [{ cells: [user] }] }];
    return [...renderPage({ host, span: "today", notes: [user], timeline, grids })].join("");
  };

  test("loads nothing, runs nothing, and has a tool tip for each bar", () => {
    const text = page("alice");
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(text).toContain("default-src 'none'");
    expect(text.match(/<title>alice at 192\.0\.2\.7:5000, from /g)).toHaveLength(1);
    expect(text).toContain("2 connections of 2 users, from 1 address.");
  });

  test("has an axis of its own for what fits on a sheet, with now at the right", () => {
    const rows = Array.from({ length: 81 }, () => row());
    const timeline = timelineOf(rows, asked, "connection", now);
    const text = [...renderPage({ host: "web1", span: "today", notes: [], timeline, grids: [] })].join("");
    expect(text.match(/<svg /g)).toHaveLength(3);
    expect(text.match(/text-anchor="end">now</g)).toHaveLength(3);
  });

  test.prop([hostileText])("has no mark-up that somebody else has written", (name) => {
    const marks = (text: string) => text.match(/<[a-z/!]+/gi) ?? [];
    expect(marks(page(`<img src=x onerror=alert(1)>${name}"'&</title>`))).toEqual(marks(page("alice")));
  });
});

describe("pseudonyms", () => {
  const key = { type: "ED25519", fingerprint: "SHA256:secret", certificate: undefined, comment: "alice@laptop" };
  const auth = { method: "publickey", key, source: "journal", verified: true };
  const killedBy = { caller: "root (logged in as alice)", signal: "TERM", reason: "alice was late", act: "1" };

  test("are the same for the same person throughout, and tell nothing else", () => {
    const rows = [row({ auth }), row({ ...bob, killedBy }), row()];
    const hidden = withPseudonyms(rows, new Pseudonyms());
    expect(hidden.map(({ connection: { user } }) => user)).toEqual(["user1", "user2", "user1"]);
    expect(hidden.map(({ connection: { peer } }) => peer?.address)).toEqual(["address1", "address1", "address1"]);
    expect(hidden[1]?.connection.killedBy).toEqual({
      ...killedBy,
      caller: "root (logged in as user1)",
      reason: undefined,
    });
    expect(JSON.stringify(hidden)).not.toMatch(/alice|bob|192\.0|secret|laptop|1000/);
  });
});

test("colours are those of people", () => {
  const timeline = timelineOf([row(), row(bob)], asked, "connection", now);
  const colored = [...drawTimeline(timeline, { width: 60, isUnicode: true, chalk: new Chalk({ level: 1 }) })].join("");
  expect(colored).toContain("\u001b[36m");
  expect(colored).toContain("\u001b[33m");
});
