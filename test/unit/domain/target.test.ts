import { describe, expect, test } from "vitest";
import type { Process } from "../../../src/domain/process.ts";
import { findTarget, formatTarget, outerTty, parseTarget } from "../../../src/domain/target.ts";
import { session } from "../../helpers/sessions.ts";

function process(pid: number, ppid: number, tty?: string): Process {
  return { pid, ppid, pgid: pid, sid: pid, startTicks: 1, comm: "x", tty, foregroundGroup: -1 };
}

describe("a target", () => {
  test.each([
    ["903", { kind: "pid", pid: 903 }, "903"],
    ["4194304", { kind: "pid", pid: 4_194_304 }, "4194304"],
    ["pts/2", { kind: "tty", tty: "pts/2" }, "pts/2"],
    ["/dev/pts/2", { kind: "tty", tty: "pts/2" }, "pts/2"],
    ["10.0.2.52:43474", { kind: "peer", peer: { address: "10.0.2.52", port: 43_474 } }, "10.0.2.52:43474"],
    ["[2001:DB8::1]:22", { kind: "peer", peer: { address: "2001:db8::1", port: 22 } }, "[2001:db8::1]:22"],
    ["[::ffff:10.0.0.1]:22", { kind: "peer", peer: { address: "10.0.0.1", port: 22 } }, "10.0.0.1:22"],
    ["session:c2", { kind: "logind", session: "c2" }, "session:c2"],
    ["c2", { kind: "logind", session: "c2" }, "session:c2"],
    ["2000:777000", { kind: "identity", id: "2000:777000" }, "2000:777000"],
  ])("%s", (text, target, formatted) => {
    expect(parseTarget(text)).toEqual(target);
    const parsed = parseTarget(text);
    expect(parsed && formatTarget(parsed)).toBe(formatted);
  });

  test.each([
    "",
    "0",
    "4194305",
    "-1",
    "1.5",
    "abc",
    "pts/",
    "../x",
    "::1:22",
    "10.0.0.1",
    "10.0.0.1:0",
    "10.0.0.1:65536",
    "10.0.0.300:22",
    "[::1]",
    "[::1]:",
    "session:",
    "session:../x",
    "session:a b",
    "c",
    "x2",
    "2000:",
    "2000:777000:1",
    "1 2",
    "９",
  ])("is not: %s", (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});

describe("what is meant", () => {
  const inner = (tty: string) => ({ tty, program: undefined, activity: undefined });
  const alice = session({ pid: 2001, ttys: ["pts/1", "pts/4"], innerTerminals: [inner("pts/7")], logindSession: "5" });
  const boxed = session({
    pid: 3001,
    ttys: ["pts/1"],
    innerTerminals: [inner("pts/6")],
    logindSession: "5",
    container: true,
    peer: { address: "172.17.0.1", port: 9 },
  });
  const processes = new Map(
    [
      process(1, 0),
      process(2000, 1),
      process(2001, 2000),
      process(2002, 2001),
      process(2003, 2002),
      process(2004, 2003, "pts/7"),
      process(50, 1, "pts/8"),
      process(3001, 1),
      process(3002, 3001, "pts/6"),
    ].map((each) => [each.pid, each]),
  );

  test.each([
    ["2001", [2001]],
    ["2000", [2001]],
    ["2003", [2001]],
    ["50", []],
    ["1", []],
    ["pts/1", [2001]],
    ["pts/4", [2001]],
    ["pts/9", []],
    // A terminal that sudo has opened in the session, one outside of all sessions, and one in a container.
    ["pts/7", [2001]],
    ["pts/8", []],
    ["pts/6", []],
    ["session:5", [2001]],
    ["10.0.0.7:5000", [2001]],
    ["172.17.0.1:9", [3001]],
    ["10.0.0.7:5001", []],
    ["2000:777000", [2001]],
    ["2000:777001", []],
    ["3000:777000", [3001]],
  ])("by %s", (text, pids) => {
    const target = parseTarget(text);
    expect(target && findTarget(target, [alice, boxed], processes).map(({ pid }) => pid)).toEqual(pids);
  });
});

describe("the terminal around another one", () => {
  const processes = new Map(
    [
      process(2001, 2000),
      process(2002, 2001, "pts/1"),
      process(2003, 2002, "pts/28"),
      process(2004, 2003, "pts/29"),
      process(2005, 2001),
      process(2006, 2005, "pts/30"),
      process(3003, 3000, "pts/28"),
    ].map((each) => [each.pid, each]),
  );

  test.each([
    ["pts/28", "pts/1"],
    ["pts/29", "pts/1"],
    ["pts/30", undefined],
    ["pts/1", undefined],
    ["pts/99", undefined],
  ])("%s lies inside %s", (tty, outer) => {
    expect(outerTty(tty, session({ pid: 2001, ttys: ["pts/1", "pts/2"] }), processes)).toBe(outer);
  });
});
