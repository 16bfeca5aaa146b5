import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { feedProgram } from "../../../../src/host/programs/feed.ts";

const folder = mkdtempSync(join(tmpdir(), "sshctl-feed-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a program reads what it is told, in an environment of ours", async () => {
  const path = join(folder, "told");
  expect(await feedProgram("tee", [path], "a\nb $(id)\n", 5000)).toBe(0);
  expect(readFileSync(path, "utf8")).toBe("a\nb $(id)\n");
  process.env["SSHCTL_SECRET"] = "x";
  expect(await feedProgram("printenv", ["SSHCTL_SECRET"], "", 5000)).toBe(1);
  expect(await feedProgram("printenv", ["LC_ALL"], "", 5000)).toBe(0);
});

test.each([
  ["false", [], 5000, 1],
  ["true", [], 5000, 0],
  ["sleep", ["60"], 50, undefined],
  ["there-is-no-such-program", [], 5000, undefined],
])("%s %j", async (name, args, limitMs, code) => {
  // More than a pipe holds, for programs that do not read it.
  expect(await feedProgram(name, args, "x".repeat(1_000_000), limitMs)).toBe(code);
});
