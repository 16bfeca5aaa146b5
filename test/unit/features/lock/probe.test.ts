import { expect, test } from "vitest";
import { judgeProbe } from "../../../../src/features/lock/probe.ts";

/** What servers have written: OpenSSH 8.4, 9.2, 10.0 and 10.6. */
const pam = "Access denied for user alice by PAM account configuration [preauth]";
const expired = "Account alice has expired";
const denied = "User alice from UNKNOWN not allowed because listed in DenyUsers";
const accepted = "Accepted publickey for alice from UNKNOWN port 65535 ssh2: ED25519 SHA256:abc";

test.each([
  ["expiry", ["Postponed publickey for alice", pam], 255, "refused"],
  ["expiry", [expired, "User alice not allowed because account is locked"], 255, "refused"],
  ["deny", [denied], 255, "refused"],
  ["deny", [denied.replace("alice", "Zoë Smith")], 255, "refused"],
  // Refused, but not for the lock.
  ["expiry", [denied], 255, "unknown"],
  ["deny", [pam], 255, "unknown"],
  ["deny", ["User alice from UNKNOWN not allowed because not listed in AllowUsers"], 255, "unknown"],
  ["deny", ["Missing privilege separation directory: /run/sshd"], 255, "unknown"],
  ["deny", [], 255, "unknown"],
  // Whatever came of it: it was let in.
  ["expiry", [accepted], 255, "let in"],
  ["expiry", [accepted, pam], 0, "let in"],
  ["deny", [], 0, "let in"],
] as const)("a lock by %s, %j and code %s: %s", (kind, lines, exitCode, outcome) => {
  const { text, ...judged } = judgeProbe(
    lines.map((line) => `${line}\r\n`).join(""),
    { exitCode, stderr: "" },
    { kind },
  );
  expect(judged).toEqual({ outcome });
  expect(text).not.toMatch(/preauth|\r/);
});

test("where the server says nothing, the client is heard", () => {
  expect(judgeProbe("", { exitCode: 255, stderr: "no such host\n" }, { kind: "deny" })).toEqual({
    outcome: "unknown",
    text: "no such host",
  });
});
