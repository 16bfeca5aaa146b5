import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logFiles } from "../../../../src/host/files/log-files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "log-files-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of logFiles.lines(path)) lines.push(line);
  return lines;
}

test.each<[string, string, Buffer, string[]]>([
  ["lines", "auth.log", Buffer.from("a\nb\n"), ["a", "b"]],
  ["a last one without an end", "auth.log", Buffer.from("a\n\nb"), ["a", "", "b"]],
  ["lines of Windows", "auth.log", Buffer.from("a\r\nb\r\n"), ["a", "b"]],
  ["a return within a line", "auth.log", Buffer.from("a\rb\n"), ["a\rb"]],
  ["nothing", "auth.log", Buffer.from(""), []],
  ["what is no UTF-8", "auth.log", Buffer.from([0xff, 0x0a, 0x61]), ["\uFFFD", "a"]],
  ["a compressed file", "auth.log.1.gz", gzipSync("a\nb\n"), ["a", "b"]],
  ["one that is none", "auth.log.2.gz", Buffer.from("a\nb\n"), []],
  ["many lines", "auth.log", Buffer.from("line\n".repeat(100_000)), Array<string>(100_000).fill("line")],
])("%s", async (_, name, bytes, lines) => {
  writeFileSync(join(folder, name), bytes);
  expect(await linesOf(join(folder, name))).toEqual(lines);
});

test("a damaged file is read up to the damage", async () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `line ${String(index)}\n`).join("");
  writeFileSync(join(folder, "cut.gz"), gzipSync(text).subarray(0, -5000));
  const lines = await linesOf(join(folder, "cut.gz"));
  expect([lines[0], lines.length > 1000]).toEqual(["line 0", true]);
});

test("a hole of a terabyte ends the file, and so does the bomb of a packer", async () => {
  const path = join(folder, "hole");
  writeFileSync(path, "a\n");
  truncateSync(path, 2 ** 40);
  expect(await linesOf(path)).toEqual(["a"]);
  writeFileSync(`${path}.gz`, gzipSync(Buffer.concat([Buffer.from("a\n"), Buffer.alloc(100_000_000)])));
  expect(await linesOf(`${path}.gz`)).toEqual(["a"]);
});

test("what is no file has no lines, and nobody waits for it", async () => {
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  for (const path of [fifo, folder, "/dev/zero", join(folder, "missing")]) expect(await linesOf(path)).toEqual([]);
});
