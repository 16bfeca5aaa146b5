import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { smallFiles } from "../../../../src/host/files/small-file.ts";

const folder = mkdtempSync(join(tmpdir(), "sshctl-untrusted-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (...names: string[]) => join(folder, ...names);

test("a regular file is read", () => {
  writeFileSync(at("keys"), "ssh-ed25519 AAAA\n");
  expect(smallFiles.readSmall(at("keys"), 100)).toBe("ssh-ed25519 AAAA\n");
});

describe("nothing is read, opened or waited for that is", () => {
  test.each<[string, () => string]>([
    ["missing", () => at("missing")],
    ["below a file", () => at("keys", "x")],
    ["a folder", () => folder],
    ["a device", () => "/dev/zero"],
    [
      "a FIFO, which would wait for a writer",
      () => {
        execFileSync("mkfifo", [at("fifo")]);
        return at("fifo");
      },
    ],
    [
      "a link",
      () => {
        symlinkSync(at("keys"), at("link"));
        return at("link");
      },
    ],
    [
      "in a folder that is a link",
      () => {
        mkdirSync(at("real"));
        writeFileSync(at("real", "keys"), "x");
        symlinkSync(at("real"), at("linked"));
        return at("linked", "keys");
      },
    ],
    [
      "larger than the limit",
      () => {
        writeFileSync(at("large"), "x".repeat(101));
        return at("large");
      },
    ],
  ])("%s", (_, make) => {
    expect(smallFiles.readSmall(make(), 100)).toBeUndefined();
  });
});
