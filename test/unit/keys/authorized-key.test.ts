import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { md5Fingerprint, parseAuthorizedKey, sha256Fingerprint } from "../../../src/keys/authorized-key.ts";

/** RFC 8032's first test vector as a public key, with the fingerprints that ssh-keygen -l prints of it. */
const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const key = `ssh-ed25519 ${blob}`;

describe("a line", () => {
  test.each([
    [key, "", undefined],
    [`${key} alice@laptop`, "", "alice@laptop"],
    [`  ${key}\talice's old  laptop `, "", "alice's old  laptop"],
    [`restrict,pty ${key} x`, "restrict,pty", "x"],
    [`command="echo \\"a b\\"",from="10.0.0.0/8" ${key} x`, 'command="echo \\"a b\\"",from="10.0.0.0/8"', "x"],
    [`cert-authority,principals="a,b" ${key}`, 'cert-authority,principals="a,b"', undefined],
  ])("%s", (line, options, comment) => {
    expect(parseAuthorizedKey(line)).toMatchObject({ options, type: "ssh-ed25519", comment });
  });

  test.each([
    "",
    "# a comment",
    `# ${key}`,
    "ssh-ed25519",
    "ssh-ed25519 !!!",
    `ssh-rsa ${blob}`,
    `command="open ${key}`,
    "ssh-ed25519 AAAA",
  ])("holds no key: %s", (line) => {
    expect(parseAuthorizedKey(line)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "binary", maxLength: 200 })])("whatever it holds, it is read or not", (line) => {
    expect(() => parseAuthorizedKey(line)).not.toThrow();
    expect(() => parseAuthorizedKey(`ssh-rsa ${line}`)).not.toThrow();
  });
});

test("fingerprints are those of ssh-keygen -l", () => {
  const parsed = { blob: Buffer.from(blob, "base64") };
  expect(sha256Fingerprint(parsed)).toBe("SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8");
  expect(md5Fingerprint(parsed)).toBe("MD5:cf:07:be:9d:68:ae:65:54:6d:a0:93:c3:6f:bd:0d:82");
});
