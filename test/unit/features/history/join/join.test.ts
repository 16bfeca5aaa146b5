import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { LogEvent } from "../../../../../src/domain/log-event.ts";
import { Boots } from "../../../../../src/features/history/join/boots.ts";
import { presenceIn, type Connection } from "../../../../../src/features/history/join/connection.ts";
import { ConnectionLog } from "../../../../../src/features/history/join/connection-log.ts";
import { joinSpoken } from "../../../../../src/features/history/join/join.ts";
import { KnownAuths } from "../../../../../src/features/history/join/known-texts.ts";
import { LogindSessions } from "../../../../../src/features/history/join/logind-sessions.ts";

function join(events: readonly LogEvent[], currentBoot?: string): Connection[] {
  const [log, logind, boots] = [new ConnectionLog(), new LogindSessions(), new Boots(currentBoot)];
  for (const event of events) for (const part of [log, logind, boots]) part.add(event);
  log.addKills(events.filter((event) => event.kind === "killed"));
  const around = { logind, boots, auths: new KnownAuths(), lastOf: () => undefined, seenMs: undefined };
  return log.all().map((spoken) => joinSpoken(spoken, around));
}

const boot = "b1";
const peerOf = (port: number) => ({ address: "192.0.2.7", port });

function acceptedAt(second: number, pid: number, port: number, clockMs = second * 1000): LogEvent {
  const message = {
    outcome: "accepted" as const,
    method: "password",
    user: "alice",
    peer: peerOf(port),
    key: undefined,
  };
  return { kind: "accepted", pid, server: "openssh", message, boot, timeMs: clockMs, sinceBootUs: second * 1e6 };
}

function closedAt(second: number, pid: number, clockMs = second * 1000): LogEvent {
  return { kind: "closed", pid, user: "alice", parting: undefined, boot, timeMs: clockMs, sinceBootUs: second * 1e6 };
}

describe("a connection", () => {
  test("lasts as long as the clock that nobody sets says", () => {
    const day = 86_400_000;
    const [row] = join([acceptedAt(100, 7, 5000, 10 * day), closedAt(160, 7, 9 * day)]);
    expect(row).toMatchObject({ loginMs: 10 * day, endMs: 9 * day, durationMs: 60_000 });
  });

  test("keeps the order of its boot, whatever was done to the clock", () => {
    const rows = join([acceptedAt(100, 7, 5000, 2_000_000), acceptedAt(200, 8, 5001, 1_000_000)]);
    expect(rows.map(({ pid }) => pid)).toEqual([7, 8]);
  });

  test("takes its session of logind by the nearest login of its process ID", () => {
    const logind = (kind: "session-new" | "session-over", second: number, session: string): LogEvent => ({
      kind,
      leader: 7,
      session,
      boot,
      timeMs: second * 1000,
      sinceBootUs: second * 1e6,
    });
    const rows = join([
      acceptedAt(100, 7, 5000),
      logind("session-new", 100.1, "1"),
      logind("session-over", 101, "1"),
      acceptedAt(102, 7, 5001),
      logind("session-new", 102.1, "2"),
      logind("session-over", 103, "2"),
    ]);
    expect(rows.map(({ logindSession, durationMs }) => [logindSession, durationMs])).toEqual([
      ["1", 1000],
      ["2", 1000],
    ]);
  });
});

describe("somebody was on", () => {
  const [row] = join([acceptedAt(100, 7, 5000), closedAt(160, 7)]);
  test.each([
    [0, 99_999, "no"],
    [0, 100_000, "yes"],
    [130_000, 130_000, "yes"],
    [160_000, 200_000, "yes"],
    [160_001, 200_000, "no"],
  ])("from %d to %d: %s", (fromMs, toMs, presence) => {
    expect(row && presenceIn(row, fromMs, toMs)).toBe(presence);
  });

  test("perhaps, after a login of which no end is known", () => {
    const [endless] = join([acceptedAt(100, 7, 5000)]);
    expect(endless && presenceIn(endless, 130_000, 140_000)).toBe("perhaps");
    expect(endless && presenceIn({ ...endless, endedByMs: 120_000 }, 130_000, 140_000)).toBe("no");
  });
});

const moments = fc.record({
  boot: fc.constantFrom("b1", "b2"),
  stepUs: fc.integer({ min: 0, max: 30_000_000 }),
  skewMs: fc.constantFrom(0, 0, 0, -3_600_000),
});
const pid = fc.integer({ min: 1, max: 3 });
const port = fc.integer({ min: 5000, max: 5003 });
const session = fc.constantFrom("1", "2", "3");
const words = fc.oneof(
  fc.record({
    kind: fc.constant("accepted" as const),
    pid,
    server: fc.constant("openssh" as const),
    message: port.map((each) => ({
      outcome: "accepted" as const,
      method: "password",
      user: "alice",
      peer: peerOf(each),
      key: undefined,
    })),
  }),
  fc.record({
    kind: fc.constant("opened" as const),
    pid,
    user: fc.constant("alice"),
    uid: fc.constantFrom(1000, undefined),
  }),
  fc.record({
    kind: fc.constant("closed" as const),
    pid,
    user: fc.constant("alice"),
    parting: fc.constantFrom("client" as const, undefined),
  }),
  fc.record({ kind: fc.constant("reaped" as const), pid, signal: fc.constant("TERM") }),
  fc.record({
    kind: fc.constant("parted" as const),
    uid: fc.constantFrom(0, 1000, 1001),
    peer: port.map(peerOf),
    parting: fc.constantFrom("client" as const, "gone" as const),
  }),
  fc.record({
    kind: fc.constant("killed" as const),
    pid,
    act: fc.constant("a"),
    caller: fc.constant("root"),
    signal: fc.constant("TERM"),
    reason: fc.constant(undefined),
  }),
  fc.record({ kind: fc.constantFrom("session-new" as const, "session-over" as const), leader: pid, session }),
  fc.record({ kind: fc.constantFrom("session-stop" as const, "session-idle" as const), session }),
  fc.record({
    kind: fc.constantFrom("journal-start" as const, "journal-stop" as const, "shutdown" as const),
    machine: fc.constant("m"),
  }),
);

/** In the order of a journal: one boot after the other, in each by its own time; the clock may be set at any moment. */
const journals = fc.array(fc.tuple(moments, words), { maxLength: 60 }).map((steps) => {
  const uptimes = new Map<string, number>();
  const events = steps.map(([{ boot: of, stepUs, skewMs }, word]): LogEvent => {
    const sinceBootUs = (uptimes.get(of) ?? 0) + stepUs;
    uptimes.set(of, sinceBootUs);
    return { ...word, boot: of, sinceBootUs, timeMs: 1e12 + (of === "b2" ? 1e10 : 0) + sinceBootUs / 1000 + skewMs };
  });
  return events.toSorted((a, b) => a.boot.localeCompare(b.boot));
});

test("whatever logs say, one process serves one connection at a time, and ends after its login", () => {
  fc.assert(
    fc.property(journals, fc.constantFrom("b2", undefined), (events, currentBoot) => {
      const sinceBoot = new Map(events.map((event) => [`${event.boot} ${String(event.timeMs)}`, event.sinceBootUs]));
      const uptime = (of: string | undefined, timeMs: number | undefined) =>
        sinceBoot.get(`${of ?? ""} ${String(timeMs)}`);
      const rows = join(events, currentBoot);
      const last = new Map<string, number>();
      for (const { boot: of, pid: process, loginMs, endMs, durationMs, ending } of rows) {
        expect(ending).not.toBe("open");
        if (durationMs !== undefined) expect(durationMs).toBeGreaterThanOrEqual(0);
        const [login, end] = [uptime(of, loginMs), uptime(of, endMs)];
        if (loginMs !== undefined)
          expect(login).toBeGreaterThanOrEqual(last.get(`${of ?? ""} ${String(process)}`) ?? 0);
        if (end !== undefined) {
          expect(end).toBeGreaterThanOrEqual(login ?? 0);
          last.set(`${of ?? ""} ${String(process)}`, end);
        }
      }
    }),
    { numRuns: 500 },
  );
});
