import { fc, test } from "@fast-check/vitest";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parseRevokedKeys } from "../../../../../src/features/keys/inventory/revoked-keys.ts";
import { newFolder } from "../../../../helpers/new-folder.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Eb";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

describe("a list of ssh-keygen -k", () => {
  test("by whole keys and by hashes", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "key"), `${other}\n`);
    writeFileSync(join(folder, "spec"), `key: ${other}\nhash: ${sha256}\n`);
    execFileSync("ssh-keygen", ["-q", "-k", "-f", "list", "key", "spec"], { cwd: folder, stdio: "pipe" });
    const parsed = parseRevokedKeys(readFileSync(join(folder, "list")));
    expect(parsed.fault).toBeUndefined();
    expect(parsed.fingerprints.has(sha256)).toBe(true);
    expect(parsed.fingerprints.size).toBe(2);
  });

  test.prop([fc.uint8Array({ maxLength: 200 })])("whatever follows its mark, it is read or not", (bytes) => {
    expect(() => parseRevokedKeys(Buffer.concat([Buffer.from("SSHKRL\n\0", "latin1"), bytes]))).not.toThrow();
  });
});

test("a file of keys", () => {
  const { fault, fingerprints } = parseRevokedKeys(Buffer.from(`# gone\n\n${ed} a comment`));
  expect([fault, [...fingerprints]]).toEqual([undefined, [sha256]]);
});
