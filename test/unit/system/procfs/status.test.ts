import { describe, expect, test } from "vitest";
import { parseStatus } from "../../../../src/system/procfs/status.ts";

const status = (uids: string, namespaces: string) =>
  `Name:\tsshd\nUmask:\t0022\nState:\tS (sleeping)\nPPid:\t812\nUid:\t${uids}\nGid:\t0\t0\t0\t0\n${namespaces}VmPeak:\t1 kB\n`;

describe("uid and namespaces", () => {
  test.each([
    ["root", status("0\t0\t0\t0", "NSpid:\t897\n"), { ppid: 812, uid: 0, pidNamespaceDepth: 0 }],
    [
      "the real uid of a setuid program",
      status("1000\t0\t0\t0", "NSpid:\t897\n"),
      { ppid: 812, uid: 1000, pidNamespaceDepth: 0 },
    ],
    [
      "a container in a container",
      status("0\t0\t0\t0", "NSpid:\t897\t12\t3\n"),
      { ppid: 812, uid: 0, pidNamespaceDepth: 2 },
    ],
    ["before Linux 4.1", status("5\t5\t5\t5", ""), { ppid: 812, uid: 5, pidNamespaceDepth: 0 }],
    ["the last uid", status("4294967294\t0\t0\t0", ""), { ppid: 812, uid: 4_294_967_294, pidNamespaceDepth: 0 }],
  ])("%s", (_, text, credentials) => {
    expect(parseStatus(text)).toEqual(credentials);
  });
});

test("a name that looks like a line counts for nothing, since the kernel escapes line ends", () => {
  const text = `Name:\tx\\nUid:\t0\nUmask:\t0022\nUid:\t1666\t1666\t1666\t1666\nNSpid:\t9\n`;
  expect(parseStatus(text)).toEqual({ ppid: undefined, uid: 1666, pidNamespaceDepth: 0 });
});

test.each(["", "Name:\tsshd\n", "Uid: 0\n"])("%j is no such file", (text) => {
  expect(() => parseStatus(text)).toThrow("/proc/PID/status has no Uid line");
});
