import { describe, expect, test } from "vitest";
import { parseSyslogLine } from "../../../../src/system/logs/auth-log.ts";

const nowMs = Date.parse("2026-01-02T12:00:00Z");
const text = "Accepted password for alice from 192.0.2.7 port 5000 ssh2";

describe("a line of syslog", () => {
  test.each([
    [`2026-01-02T11:00:00.500+00:00 web1 sshd[116]: ${text}`, Date.parse("2026-01-02T11:00:00.500Z")],
    [`2026-01-02T12:00:00+01:00 web1 sshd-session[116]: ${text}`, Date.parse("2026-01-02T11:00:00Z")],
    [`Jan  2 11:00:00 web1 sshd[116]: ${text}`, new Date(2026, 0, 2, 11).getTime()],
    [`Dec 31 11:00:00 web1 sshd[116]: ${text}`, new Date(2025, 11, 31, 11).getTime()],
    [`2026-01-02T11:00:00.123456+00:00 web1 sshd[116]: ${text}`, Date.parse("2026-01-02T11:00:00.123Z")],
    [`2026-01-02 11:00:00+00:00 web1 sshd[116]: ${text}`, Date.parse("2026-01-02T11:00:00Z")],
    [`Jan  2 11:00:00 alpine auth.info sshd[116]: ${text}`, new Date(2026, 0, 2, 11).getTime()],
    [`<38>Jan  2 11:00:00 web1 sshd[116]: ${text}`, new Date(2026, 0, 2, 11).getTime()],
    [`<38>2026-01-02T11:00:00Z web1 dropbear[116]: ${text}`, Date.parse("2026-01-02T11:00:00Z")],
    [`<38>1 2026-01-02T11:00:00.5Z web1 sshd 116 - - ${text}`, Date.parse("2026-01-02T11:00:00.5Z")],
    [
      `<38>1 2026-01-02T11:00:00Z web1 sshd-session 116 ID7 [a b="c"] \uFEFF${text}`,
      Date.parse("2026-01-02T11:00:00Z"),
    ],
  ])("%s", (line, timeMs) => {
    expect(parseSyslogLine(line, "/var/log/auth.log", nowMs)).toMatchObject({
      pid: 116,
      timeMs,
      verified: false,
      source: "/var/log/auth.log",
      message: { user: "alice" },
    });
  });

  test.each([
    "",
    text,
    `Jan  2 11:00:00 web1 sudo[116]: ${text}`,
    `Jan  2 11:00:00 web1 sshd: ${text}`,
    `Jan  2 11:00:00 web1 user: auth.info sshd[116]: ${text}`,
    `<38>1 2026-01-02T11:00:00Z web1 sudo 116 - - ${text}`,
    `<38>1 2026-01-02T11:00:00Z web1 sshd - - - ${text}`,
    `Jan  2 11:00:00 web1 sshd[116]: Failed password for alice`,
    `Xyz 99 99:99:99 web1 sshd[116]: ${text}`,
  ])("tells no login: %s", (line) => {
    expect(parseSyslogLine(line, "/var/log/auth.log", nowMs)).toBeUndefined();
  });
});
