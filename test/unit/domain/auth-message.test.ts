import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseAuthMessage } from "../../../src/domain/auth-message.ts";

const peer = { address: "192.0.2.7", port: 43_474 };
const from = "from 192.0.2.7 port 43474 ssh2";
const fingerprint = "SHA256:wcPFP6DV8W0pHV5bedy1gs3l64bKrNqClphjkPS6DuM";
const accepted = { outcome: "accepted", user: "alice", peer, key: undefined };

describe("OpenSSH", () => {
  test.each([
    [`Accepted password for alice ${from}`, { ...accepted, method: "password" }],
    [`Accepted keyboard-interactive/pam for alice ${from}`, { ...accepted, method: "keyboard-interactive/pam" }],
    [
      `Accepted publickey for alice ${from}: ED25519 ${fingerprint}`,
      { ...accepted, method: "publickey", key: { type: "ED25519", fingerprint, certificate: undefined } },
    ],
    [
      `Accepted publickey for alice ${from}: RSA MD5:aa:bb:cc, more`,
      { ...accepted, method: "publickey", key: { type: "RSA", fingerprint: "MD5:aa:bb:cc", certificate: undefined } },
    ],
    [
      `Partial publickey for alice ${from}: ECDSA-SK ${fingerprint}`,
      {
        ...accepted,
        outcome: "partial",
        method: "publickey",
        key: { type: "ECDSA-SK", fingerprint, certificate: undefined },
      },
    ],
    ["Accepted password for alice from ::ffff:192.0.2.7 port 43474 ssh2", { ...accepted, method: "password" }],
    ["Accepted password for alice from UNKNOWN port 65535 ssh2", { ...accepted, method: "password", peer: undefined }],
    [
      String.raw`Accepted password for CORP\\Zo\303\253 x ${from}`,
      { ...accepted, method: "password", user: String.raw`CORP\Zoë x` },
    ],
  ])("%s", (message, expected) => {
    expect(parseAuthMessage(message)).toEqual(expected);
  });

  test.each([
    "alice laptop",
    "x (serial 7) CA ED25519 SHA256:evil",
    "x from 203.0.113.1 port 1 ssh2: ED25519 SHA256:evil",
    "ends with a paren)",
  ])("a certificate's id may be: %s", (id) => {
    const ca = "SHA256:ca";
    const message = `Accepted publickey for alice ${from}: ED25519-CERT ${fingerprint} ID ${id} (serial 42) CA RSA ${ca}`;
    expect(parseAuthMessage(message)).toEqual({
      ...accepted,
      method: "publickey",
      key: { type: "ED25519-CERT", fingerprint, certificate: { id, serial: "42", ca } },
    });
  });

  test.each([
    `Failed password for alice ${from}`,
    `Failed password for invalid user Accepted password for alice ${from}`,
    `Invalid user Accepted password for alice ${from}`,
    `Postponed publickey for alice ${from}`,
    "Accepted password for alice from 192.0.2.7 port 99999999 ssh2",
    `error: Accepted password for alice ${from}`,
    "",
  ])("no login: %s", (message) => {
    expect(parseAuthMessage(message)).toBeUndefined();
  });
});

describe("dropbear", () => {
  test.each([
    [
      `Pubkey auth succeeded for 'alice' with ssh-ed25519 key ${fingerprint} from 192.0.2.7:43474`,
      { ...accepted, method: "publickey", key: { type: "ssh-ed25519", fingerprint, certificate: undefined } },
    ],
    ["Password auth succeeded for 'alice' from 192.0.2.7:43474", { ...accepted, method: "password" }],
    ["Password auth succeeded for 'alice' from ::ffff:192.0.2.7:43474", { ...accepted, method: "password" }],
  ])("%s", (message, expected) => {
    expect(parseAuthMessage(message)).toEqual(expected);
  });
});

test.prop([fc.string({ unit: "binary", maxLength: 300 })])("whatever a log holds, it is read or not", (message) => {
  expect(() => parseAuthMessage(message)).not.toThrow();
  expect(() => parseAuthMessage(`Accepted publickey for ${message}`)).not.toThrow();
});
