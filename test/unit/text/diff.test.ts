import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { unifiedDiff } from "../../../src/text/diff.ts";

/** What patch(1) does with a diff. */
function patch(before: string, diff: string): string {
  const old = before === "" ? [] : before.replace(/\n$/, "").split("\n");
  const lines = diff.split("\n").slice(2, -1);
  const result: string[] = [];
  let position = 0;
  let isEnded = before.endsWith("\n") || before === "";
  for (const [index, line] of lines.entries()) {
    const start = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    const isLastUnended = lines[index + 1]?.startsWith("\\") === true;
    if (start !== null) {
      const first = Number(start[1]) - (start[2] === "0" ? 0 : 1);
      result.push(...old.slice(position, first));
      position = first;
    } else if (line.startsWith(" ") || line.startsWith("-")) {
      expect(old[position]).toBe(line.slice(1));
      position += 1;
    }
    if (line.startsWith(" ") || line.startsWith("+")) {
      result.push(line.slice(1));
      isEnded = !isLastUnended;
    }
  }
  result.push(...old.slice(position));
  if (position < old.length) isEnded = before.endsWith("\n");
  return result.length === 0 ? "" : result.join("\n") + (isEnded ? "\n" : "");
}

const text = fc
  .array(fc.constantFrom("a", "b", "c", "d", "\tindented", ""), { maxLength: 30 })
  .chain((lines) => fc.constantFrom("", "\n").map((end) => (lines.length === 0 ? "" : lines.join("\n") + end)))
  .filter((each) => each !== "\n");

describe("a diff", () => {
  test.prop([text, text], { numRuns: 500 })("turns the one text into the other", async (before, after) => {
    expect(patch(before, await unifiedDiff("/f", before, after))).toBe(after);
  });

  test("looks like that of diff -u", async () => {
    const lines = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    const changed = lines.with(4, "five");
    expect(await unifiedDiff("/f", `${lines.join("\n")}\n`, `${changed.join("\n")}\n`)).toBe(
      "--- /f\n+++ /f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
    );
  });

  test("of texts that differ in thousands of lines replaces them", async () => {
    const numbers = Array.from({ length: 20_000 }, (_, index) => String(index));
    const [before, after] = [1, 2].map((part) => numbers.map((each) => `${String(part)} ${each}\n`).join(""));
    const diff = await unifiedDiff("/f", before, `${after ?? ""}last`);
    expect(diff).toMatch(/^--- .*\n\+\+\+ .*\n@@ -1,20000 \+1,20001 @@\n-1 0\n/);
    expect(patch(before ?? "", diff)).toBe(`${after ?? ""}last`);
  });

  test("of a new and of a removed file", async () => {
    expect(await unifiedDiff("/f", undefined, "a\n")).toBe("--- /dev/null\n+++ /f\n@@ -0,0 +1 @@\n+a\n");
    expect(await unifiedDiff("/f", "a\n", undefined)).toBe("--- /f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
  });

  test("tells where the last line has no end", async () => {
    expect(await unifiedDiff("/f", "a", "a\n")).toBe(
      "--- /f\n+++ /f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
    );
  });

  test("shows what a terminal would obey, and keeps tabs", async () => {
    expect(await unifiedDiff("/f\u001b[2J", "", "\tx\u001b[2J\n")).toBe(
      String.raw`--- /f\x1b[2J` +
        "\n" +
        String.raw`+++ /f\x1b[2J` +
        "\n@@ -0,0 +1 @@\n+\tx" +
        String.raw`\x1b[2J` +
        "\n",
    );
  });
});
