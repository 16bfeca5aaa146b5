import { describe, expect, test } from "vitest";
import type { SessionProcess } from "../../../../src/domain/session-details.ts";
import { dangersOf, judgeLock, type HeldLock } from "../../../../src/features/freeze/plan.ts";
import { rejectScope, rejectSession } from "../../../../src/features/freeze/refuse.ts";
import { report, session } from "../../../helpers/sessions.ts";

const isRemote = (path: string) => path.startsWith("/srv/nfs/");

test.each([
  ["/var/lib/dpkg/lock-frontend", "packages (dpkg)"],
  ["/var/lib/dpkg/lock (deleted)", "packages (dpkg)"],
  ["/var/cache/apt/archives/lock", "packages (dpkg)"],
  ["/usr/lib/sysimage/rpm/.rpm.lock", "packages (rpm)"],
  ["/var/lib/rpm/.rpm.lock", "packages (rpm)"],
  ["/run/lock/lvm/V_vg0", "volumes (lvm)"],
  ["/srv/nfs/mail/lock", "a network file system, and whoever waits on other machines"],
  ["/home/alice/var/lib/dpkg/lock", undefined],
  ["/home/alice/.mozilla/lock", undefined],
])("the lock %s is one of %s", (path, of) => {
  expect(judgeLock({ pid: 1, path }, isRemote)).toEqual({ pid: 1, path, of });
});

describe("what others would wait for", () => {
  const process = (given: Partial<SessionProcess>): SessionProcess => ({
    pid: 905,
    ppid: 904,
    depth: 0,
    uid: 1000,
    user: "alice",
    tty: undefined,
    name: "vim",
    commandLine: undefined,
    listens: [],
    isElevated: false,
    ignoresHangUp: false,
    ...given,
  });
  const own = { uid: 1000, pid: 903, identity: { pid: 902, startTicks: 1 } };
  const lock: HeldLock = { pid: 905, path: "/var/lib/dpkg/lock", of: "packages (dpkg)" };

  test.each<[string, Partial<SessionProcess>, HeldLock[], string[]]>([
    ["nothing", {}, [], []],
    ["a lock that concerns nobody", {}, [{ ...lock, of: undefined }], []],
    ["a lock of packages", {}, [lock], ["vim (PID 905) holds the lock /var/lib/dpkg/lock, of packages (dpkg)"]],
    [
      "a port",
      { listens: [{ address: "127.0.0.1", port: 80 }] },
      [],
      ["vim (PID 905) listens: whoever connects to it would wait"],
    ],
    ["another user", { uid: 0, user: "root" }, [], ["vim (PID 905) runs as root"]],
    ["the monitor, which is root's", { pid: 902, uid: 0 }, [], []],
    ["a process of nobody knows whom", { uid: undefined }, [], []],
  ])("%s", (_, given, locks, dangers) => {
    expect(dangersOf({ session: own, described: [process(given)], locks, critical: [] })).toEqual(dangers);
  });

  test("a program that should not be interrupted", () => {
    const critical = [{ pid: 905, name: "dpkg", danger: "installs packages" }];
    expect(dangersOf({ session: own, described: [process({ name: "dpkg" })], locks: [], critical })).toEqual([
      "dpkg (PID 905) installs packages",
    ]);
  });
});

describe("what is never frozen", () => {
  test.each([
    ["your own session", { self: true }, /is your own session/],
    ["what may be it", { self: undefined }, /may be your own session/],
    ["a container's", { container: true }, /in a container/],
    ["a login in progress", { phase: "authenticating" }, /not open/],
  ] as const)("%s", (_, given, message) => {
    expect(() => {
      rejectSession(session({ self: false, phase: "open", ...given }));
    }).toThrow(message);
  });

  test("a scope with a second session, or with the listener", () => {
    const one = session({ pid: 903, identity: { pid: 902, startTicks: 1 }, logindSession: "c1" });
    const other = session({ pid: 913, identity: { pid: 912, startTicks: 1 }, logindSession: "c1" });
    const listeners = [{ pid: 700, server: "openssh" as const, addresses: [] }];
    const seen = report([one, other], { listeners });
    const reject = (members: number[], observer: number) => () => {
      rejectScope(one, new Set(members), seen, observer);
    };
    expect(reject([902, 903], 5)).not.toThrow();
    expect(reject([902, 903, 913], 5)).toThrow(/PID 913 is in session-c1\.scope, too/);
    expect(reject([902, 903, 700], 5)).toThrow(/listener \(PID 700\)/);
    expect(reject([902, 903], 903)).toThrow(/would be frozen with it/);
  });
});
