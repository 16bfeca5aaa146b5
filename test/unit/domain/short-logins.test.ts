import { describe, expect, test } from "vitest";
import { ShortLogins, type JournalNotice } from "../../../src/domain/short-logins.ts";
import type { Session, SessionReport } from "../../../src/domain/session.ts";
import { now } from "../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const peer = { address: "10.0.0.9", port: 4000 };

function login(timeMs: number, pid = 500): JournalNotice {
  const message = { outcome: "accepted" as const, method: "publickey", user: "bob", peer, key: undefined };
  const record = { message, pid, timeMs, source: "journal", verified: true };
  return { kind: "login", login: { record, server: "openssh", ticks: 4711 } };
}

const logout = (timeMs: number): JournalNotice => ({ kind: "logout", pid: 500, timeMs });

function process(startTicks: number): SessionReport["processes"] {
  const facts = { ppid: 1, pgid: 500, sid: 500, comm: "sshd", tty: undefined, foregroundGroup: -1 };
  return new Map([[500, { pid: 500, startTicks, ...facts }]]);
}

const look = (afterMs: number, sessions: Session[] = [], processes: SessionReport["processes"] = new Map()) =>
  report(sessions, { takenAtMs: now + afterMs, processes });

const seen = session({
  identity: { pid: 500, startTicks: 4600 },
  user: "bob",
  peer,
  acceptedAtMs: now + 100,
  startedAtMs: now + 200,
});

test("a login that no look has shown is told when its process is gone", () => {
  const logins = new ShortLogins(now);
  logins.notice(login(now + 200));
  expect(logins.isUndecided).toBe(true);
  expect(logins.settle(look(2000), [])).toMatchObject([
    {
      endedAtMs: now + 2000,
      session: { identity: { pid: 500, startTicks: 4711 }, user: "bob", peer, auth: { method: "publickey" } },
    },
  ]);
  expect(logins.isUndecided).toBe(false);
  expect(logins.settle(look(4000), [])).toEqual([]);
});

test("the journal's logout gives the exact end, also of a session that was seen", () => {
  const logins = new ShortLogins(now);
  logins.notice(login(now + 200));
  logins.notice(logout(now + 350));
  expect(logins.endOf(seen)).toBe(now + 350);
  expect(logins.settle(look(2000), [])).toMatchObject([{ endedAtMs: now + 350 }]);
});

test("the logout of an earlier process of that PID says nothing", () => {
  const logins = new ShortLogins(now);
  logins.notice(logout(now - 10));
  expect(logins.endOf(seen)).toBeUndefined();
});

describe("nothing is told of a login", () => {
  test("that a look shows", () => {
    const logins = new ShortLogins(now);
    logins.notice(login(now + 200));
    expect(logins.settle(look(2000, [seen]), [])).toEqual([]);
    expect(logins.settle(look(4000), [seen])).toEqual([]);
  });

  test("whose line comes after its end", () => {
    const logins = new ShortLogins(now);
    expect(logins.settle(look(2000), [seen])).toEqual([]);
    logins.notice(login(now + 200));
    expect(logins.settle(look(4000), [])).toEqual([]);
  });

  test("from before the first look", () => {
    const logins = new ShortLogins(now);
    logins.notice(login(now - 1));
    expect(logins.isUndecided).toBe(false);
  });

  test("that this look came too early for", () => {
    const logins = new ShortLogins(now);
    logins.notice(login(now + 2500));
    expect(logins.settle(look(2000), [])).toEqual([]);
    expect(logins.settle(look(4000), [])).toHaveLength(1);
  });

  test("whose process lives, though it is no row yet: PAM may take its time", () => {
    const logins = new ShortLogins(now);
    logins.notice(login(now + 200));
    const waiting = stranger({ identity: { pid: 500, startTicks: 4600 }, peer });
    expect(logins.settle(look(2000, [waiting], process(4600)), [])).toEqual([]);
    expect(logins.settle(look(4000, [], process(4600)), [])).toEqual([]);
    expect(logins.isUndecided).toBe(true);
    expect(logins.settle(look(6000, [seen], process(4600)), [])).toEqual([]);
    expect(logins.isUndecided).toBe(false);
  });
});

test("another process with its PID does not keep a login alive", () => {
  const logins = new ShortLogins(now);
  logins.notice(login(now + 200));
  expect(logins.settle(look(2000, [], process(4600)), [])).toEqual([]);
  expect(logins.settle(look(4000, [], process(9999)), [])).toHaveLength(1);
});
