import { describe, expect, test } from "vitest";
import type { JournalNotice } from "../../../../src/domain/short-logins.ts";
import type { LineSource } from "../../../../src/host/programs/follow.ts";
import { followJournal, parseNotice } from "../../../../src/system/logs/follow-journal.ts";
import { quickClock } from "../../../helpers/live.ts";

const entry = {
  __CURSOR: "s=1;i=2",
  __MONOTONIC_TIMESTAMP: "123456789",
  _PID: "118",
  _UID: "0",
  _EXE: "/usr/lib/openssh/sshd-session",
  _SOURCE_REALTIME_TIMESTAMP: "1795421818429387",
  MESSAGE: "Accepted publickey for alice from 127.0.0.1 port 38532 ssh2: ED25519 SHA256:AbC",
};
const line = (given: object = {}) => JSON.stringify({ ...entry, ...given });
const closing = "pam_unix(sshd:session): session closed for user alice";

describe("a line of root's sshd", () => {
  test("tells of a login", () => {
    expect(parseNotice(line())).toMatchObject({
      kind: "login",
      login: { server: "openssh", ticks: 12_345, record: { pid: 118, verified: true, message: { user: "alice" } } },
    });
  });

  test.each([
    ["PAM", closing],
    ["dropbear", "Exit (alice) from <127.0.0.1:38532>: Disconnect received"],
  ])("tells of a logout, in the words of %s", (_, MESSAGE) => {
    expect(parseNotice(line({ MESSAGE }))).toEqual({ kind: "logout", pid: 118, timeMs: 1_795_421_818_429.387 });
  });
});

describe("nothing is told by a line", () => {
  test.each([
    ["of logger(1), which anybody can run", { _UID: "1000", _EXE: "/usr/bin/logger" }],
    ["of a user who runs sshd", { _UID: "1000" }],
    ["of logger(1) run by root", { _EXE: "/usr/bin/logger" }],
    ["of sudo's session", { MESSAGE: closing, _EXE: "/usr/bin/sudo" }],
    ["of a step on the way to a login", { MESSAGE: entry.MESSAGE.replace("Accepted", "Partial") }],
    ["that only quotes one", { MESSAGE: `error: ${closing}` }],
    ["of bytes", { MESSAGE: [65] }],
  ])("%s", (_, given) => {
    expect(parseNotice(line(given))).toBeUndefined();
  });

  test.each(["", "Accepted ", "{", "null", "-- Journal begins"])("%j", (text) => {
    expect(parseNotice(text)).toBeUndefined();
  });
});

describe("following", () => {
  /** A journalctl that prints these lines and ends, each time it is started; after that it stays. */
  function journalctl(runs: readonly (readonly string[])[], exists = true) {
    const started: (readonly string[])[] = [];
    let isStopped = false;
    const lines: LineSource = {
      follow: (_, args, onLine, onEnd) => {
        started.push(args);
        const run = runs[started.length - 1];
        queueMicrotask(() => {
          for (const each of run ?? []) onLine(each);
          if (run !== undefined) onEnd(exists);
        });
        return () => {
          isStopped = true;
        };
      },
    };
    return { lines, started, stopped: () => isStopped };
  }

  const settled = async () => new Promise((resolve) => setImmediate(resolve));

  test("goes on behind the last line when journalctl ends, and says so", async () => {
    const { lines, started, stopped } = journalctl([[line()], []]);
    const notices: JournalNotice[] = [];
    let problems = 0;
    const stop = followJournal(
      { lines, clock: quickClock() },
      1_795_421_818_999,
      (notice) => notices.push(notice),
      () => (problems += 1),
    );
    await settled();
    expect(notices).toHaveLength(1);
    expect(problems).toBe(2);
    const froms = started.map((args) => args.find((arg) => arg.startsWith("--since") || arg.startsWith("--after")));
    expect(froms).toEqual(["--since=@1795421818", "--after-cursor=s=1;i=2", "--after-cursor=s=1;i=2"]);
    stop();
    expect(stopped()).toBe(true);
  });

  test("is given up where there is no journalctl", async () => {
    const { lines, started } = journalctl([[]], false);
    followJournal(
      { lines, clock: quickClock() },
      0,
      () => undefined,
      () => undefined,
    );
    await settled();
    expect(started).toHaveLength(1);
  });
});
