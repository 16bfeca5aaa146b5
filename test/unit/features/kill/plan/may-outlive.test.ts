import { expect, test } from "vitest";
import { mayOutlive } from "../../../../../src/features/kill/plan/may-outlive.ts";
import { ignoresHangUp } from "../../../../../src/system/procfs/status.ts";
import { session } from "../../../../helpers/sessions.ts";

const bash = {
  pid: 904,
  ppid: 903,
  depth: 0,
  uid: 1000,
  user: "alice",
  tty: "pts/1",
  name: "bash",
  commandLine: "-bash",
  listens: [],
  isElevated: false,
  ignoresHangUp: false,
};

test.each([
  ["a shell on its terminal", {}, "shell", false],
  ["nohup on the terminal", { ignoresHangUp: true }, "shell", true],
  ["a daemon of a shell", { tty: undefined }, "shell", true],
  ["a command without a terminal", { tty: undefined }, "command", true],
  ["sftp-server", { tty: undefined }, "sftp", false],
  ["scp", { tty: undefined }, "scp", false],
  ["nohup beside sftp", { tty: undefined, ignoresHangUp: true }, "sftp", true],
  ["unknown, on a terminal", { ignoresHangUp: undefined }, "shell", false],
] as const)("%s", (_, process, kind, expected) => {
  expect(mayOutlive({ ...bash, ...process }, session({ kind }))).toBe(expected);
});

test.each([
  ["SigIgn:\t0000000000000001\n", true],
  ["SigIgn:\t0000000000000000\n", false],
  ["SigIgn:\t0000000000384004\n", false],
  ["SigBlk:\t0000000000000001\nSigIgn:\t0000000000384007\nSigCgt:\t0000000000000000\n", true],
  ["Name:\tbash\n", undefined],
])("%j", (text, expected) => {
  expect(ignoresHangUp(text)).toBe(expected);
});
