import { expect, test } from "vitest";
import type { KillOutcome } from "../../../../../src/features/kill/plan/outcome.ts";
import type { KillProblem, ListenerNote } from "../../../../../src/features/kill/plan/problem.ts";
import { describeOutcome, whyNotEnded } from "../../../../../src/features/kill/text/outcome.ts";
import { describeNote, describeProblem } from "../../../../../src/features/kill/text/problems.ts";
import { installedDaemon, type Daemon } from "../../../../../src/system/sshd/daemons.ts";

test.each<[KillOutcome, string, string | undefined]>([
  [{ kind: "ended", signal: "TERM", seconds: 0.123 }, "ended by TERM in 0.1s", undefined],
  [{ kind: "not-permitted" }, "NOT ENDED: not permitted", undefined],
  [
    { kind: "survived", why: { kind: "process", pid: 7, comm: "sshd", state: "uninterruptible" } },
    "NOT ENDED: sshd (PID 7) is waiting for a device in the kernel, and no signal reaches it until the device answers (state D)",
    "sshd (PID 7) is waiting for a device in the kernel, and no signal reaches it until the device answers (state D)",
  ],
  [
    { kind: "survived", why: { kind: "process", pid: 7, comm: "sshd", state: undefined } },
    "NOT ENDED: sshd (PID 7) is still running",
    "sshd (PID 7) is still running",
  ],
  [
    { kind: "survived", why: { kind: "login-completed", pid: 9 } },
    "NOT ENDED: its login was completed in the meantime (PID 9): end it again",
    "its login was completed in the meantime (PID 9): end it again",
  ],
  [
    { kind: "undecided", why: "not-waited-for" },
    "UNDECIDED: signalled, but sshctl did not wait for its end",
    "signalled, but sshctl did not wait for its end",
  ],
])("%j", (outcome, text, why) => {
  expect(describeOutcome(outcome)).toBe(text);
  expect(whyNotEnded(outcome)).toBe(why);
});

const daemon: Daemon = { ...installedDaemon, pid: 812, service: { name: "ssh.service", manager: "systemd" } };
const socket = {
  unit: "ssh.socket",
  service: "ssh.service",
  isPerConnection: false,
  ends: [],
  otherEnds: ["vsock::22"],
};
const aside: Daemon = { ...installedDaemon, socket };

test.each<[KillProblem, string]>([
  [{ kind: "failed", message: "a defect" }, "a defect"],
  [{ kind: "interrupted" }, "not finished: interrupted, and sessions may have opened since the last look"],
  [{ kind: "still-coming", rounds: 20 }, "not finished: sessions were still being opened after 20 rounds"],
  [{ kind: "not-recorded", log: "system" }, "the system log did not accept the record of this"],
  [{ kind: "not-recorded", log: "audit" }, "the audit log did not accept the record of this"],
  [{ kind: "listener-survived", pid: 812 }, "the listener (PID 812) did not end"],
  [{ kind: "restart-cancelled", daemon }, "ssh.service was not restarted: it was cancelled"],
  [{ kind: "restart-failed", daemon, complaint: "no" }, "ssh.service was not restarted: no"],
  [
    { kind: "silent-after-restart", daemon, ends: ["::1 port 22", "127.0.0.1 port 22"] },
    "ssh.service does not answer on ::1 port 22, 127.0.0.1 port 22: perhaps nobody can log in",
  ],
])("problem: %j", (problem, text) => {
  expect(describeProblem(problem)).toBe(text);
});

test.each<[ListenerNote, string]>([
  [{ kind: "no-listener" }, "no listener was found to end"],
  [
    { kind: "ends", pid: 812, daemon, others: [] },
    "the listener (PID 812) ends too: nobody can log in until it is started again: systemctl start ssh.service",
  ],
  [
    { kind: "ended", pid: 812, daemon: { ...daemon, service: undefined }, others: [aside] },
    "the listener (PID 812) has ended: nobody can log in through it until it is started again: by hand, since no service manager knows it; logins by ssh.socket on vsock::22 go on",
  ],
  [
    { kind: "will-restart", command: ["systemctl", "restart", "ssh.service"] },
    "after that: systemctl restart ssh.service, which does not affect sessions",
  ],
  [{ kind: "restarted", daemon }, "ssh.service was restarted, and answers on every port"],
])("note: %j", (note, text) => {
  expect(describeNote(note)).toBe(text);
});
