import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseStat } from "../../../../src/system/procfs/stat.ts";
import { statText } from "../../../helpers/proc-text.ts";

const fields = {
  pid: 2001,
  ppid: 2000,
  pgid: 1999,
  sid: 1998,
  tty: "pts/3",
  foregroundGroup: 2005,
  startTicks: 123_456,
};

test("a line as the kernel writes it", () => {
  const line =
    "897 (sshd-session) S 872 897 897 0 -1 4194560 1543 2 0 0 3 1 0 0 20 0 1 0 123456 15392768 2048 18446744073709551615 1 1 0 0\n";
  expect(parseStat(line)).toEqual({
    pid: 897,
    comm: "sshd-session",
    ppid: 872,
    pgid: 897,
    sid: 897,
    tty: undefined,
    foregroundGroup: -1,
    startTicks: 123_456,
  });
});

describe("a name is the process's own choice", () => {
  test.each([
    "tmux: server",
    "(sd-pam)",
    ") R 1 (",
    ") R 1 1 1 0 -1",
    "a)b(c",
    "))))",
    "((((",
    "",
    " ",
    "\n",
    "x\n1 (init) S",
    "kworker/0:1H",
    "\u001B[2J",
    "sshd\u202E",
    "日本語",
  ])("%j", (comm) => {
    expect(parseStat(statText({ ...fields, comm }))).toEqual({ ...fields, comm });
  });

  test.prop([fc.string({ unit: "binary" })])("any one at all", (comm) => {
    expect(parseStat(statText({ ...fields, comm }))).toEqual({ ...fields, comm });
  });
});

test.each(["Z", "X"])("a process in state %s has ended", (state) => {
  expect(parseStat(statText({ ...fields, comm: "sshd", state }))).toBeUndefined();
});

test.each(["R", "S", "D", "T", "t", "I"])("one in state %s has not", (state) => {
  expect(parseStat(statText({ ...fields, comm: "sshd", state }))?.pid).toBe(2001);
});

test.each(["", "897", "897 (sshd", "897 (sshd) S 872 897", "897 sshd S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"])(
  "%j is no such file, which is said with its text",
  (text) => {
    expect(() => parseStat(text)).toThrow(`/proc/PID/stat has an unknown form: "${text}"`);
  },
);
