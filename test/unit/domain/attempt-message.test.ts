import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { attemptBeginnings, parseAttemptMessage } from "../../../src/domain/attempt-message.ts";

const at = "203.0.113.5 port 40000";

describe("what a server says of whoever did not get in", () => {
  test.each([
    [`Failed password for alice from ${at} ssh2`, "failed", "alice", false, "password"],
    [`Failed password for invalid user x y from ${at} ssh2`, "failed", "x y", true, "password"],
    [`Failed publickey for invalid user bob from ${at} ssh2: ED25519 SHA256:abc`, "failed", "bob", true, "publickey"],
    [`Failed none for invalid user  from ${at} ssh2`, "failed", undefined, true, "none"],
    [`Failed keyboard-interactive/pam for alice from ${at} ssh2`, "failed", "alice", false, "keyboard-interactive"],
    ["error: PAM: Authentication failure for alice from 203.0.113.5", "failed", "alice", false, "keyboard-interactive"],
    ["error: PAM: User not known for illegal user x from 203.0.113.5", "failed", "x", true, "keyboard-interactive"],
    [
      `error: maximum authentication attempts exceeded for root from ${at} ssh2 [preauth]`,
      "left",
      "root",
      false,
      undefined,
    ],
    [`Connection closed by authenticating user alice ${at} [preauth]`, "left", "alice", false, undefined],
    [`Connection reset by invalid user admin ${at} [preauth]`, "left", "admin", true, undefined],
    [`Disconnected from authenticating user alice ${at} [preauth]`, "left", "alice", false, undefined],
    [`Connection closed by ${at} [preauth]`, "left", undefined, false, undefined],
    [`Disconnected from ${at} [preauth]`, "left", undefined, false, undefined],
    [`fatal: Timeout before authentication for ${at}`, "left", undefined, false, undefined],
    [`Did not receive identification string from ${at}`, "left", undefined, false, undefined],
    [`Bad protocol version identification 'GET / HTTP/1.1' from ${at}`, "left", undefined, false, undefined],
    [`banner exchange: Connection from ${at}: invalid format`, "left", undefined, false, undefined],
    [`Unable to negotiate with ${at}: no matching host key type found. [preauth]`, "left", undefined, false, undefined],
    [
      "drop connection #10 from [203.0.113.5]:40000 on [192.0.2.1]:22 past MaxStartups",
      "refused",
      undefined,
      false,
      undefined,
    ],
    [
      "drop connection #0 from [203.0.113.5]:40000 on [192.0.2.1]:22 penalty: failed authentication",
      "refused",
      undefined,
      false,
      undefined,
    ],
    ["Bad password attempt for 'alice' from 203.0.113.5:40000", "failed", "alice", false, "password"],
    [
      "Exit before auth from <203.0.113.5:40000>: (user 'alice', 2 fails): Exited normally",
      "left",
      "alice",
      false,
      undefined,
    ],
    ["Exit before auth from <203.0.113.5:40000>: Exited normally", "left", undefined, false, undefined],
  ])("%s", (message, outcome, user, isInvalid, method) => {
    expect(parseAttemptMessage(message)).toEqual({
      outcome,
      address: "203.0.113.5",
      user,
      isInvalid,
      method,
      pid: undefined,
    });
  });

  test("may be of another process", () => {
    const message = "Timeout before authentication for connection from 203.0.113.5 to 192.0.2.1, pid = 4711";
    expect(parseAttemptMessage(message)).toMatchObject({ outcome: "left", pid: 4711 });
  });

  test.each([
    `Accepted password for alice from ${at} ssh2`,
    `Connection closed by ${at}`,
    "Disconnected from user alice 203.0.113.5 port 40000",
    "Failed to release session: Interrupted system call",
    `Failed password for alice from nowhere port 1 ssh2`,
  ])("is not told by: %s", (message) => {
    expect(parseAttemptMessage(message)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "grapheme" })])("a name says nothing about its address", (name) => {
    const typed = `x from 9.9.9.9 port 1 ssh2${name.replaceAll("\0", "")}`;
    expect(parseAttemptMessage(`Failed password for invalid user ${typed} from ${at} ssh2`)).toMatchObject({
      address: "203.0.113.5",
    });
    expect(parseAttemptMessage(`Connection closed by invalid user ${typed} ${at} [preauth]`)).toMatchObject({
      address: "203.0.113.5",
    });
  });

  test.prop([fc.constantFrom(...attemptBeginnings), fc.string({ unit: "binary" })])(
    "any text is read",
    (begin, rest) => {
      expect(() => parseAttemptMessage(begin + rest)).not.toThrow();
    },
  );
});
