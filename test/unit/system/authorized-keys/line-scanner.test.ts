import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { LineScanner } from "../../../../src/system/authorized-keys/line-scanner.ts";

function scan(chunks: readonly Buffer[], longest = 20, isOfInterest: (lines: Buffer) => boolean = () => true) {
  const lines: (readonly [number, string, boolean])[] = [];
  const scanner = new LineScanner(longest, isOfInterest, ({ number, bytes, isCut }) => {
    lines.push([number, bytes.toString("latin1"), isCut]);
  });
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return lines;
}

/** What a text holds, all of it at once. */
function linesOf(text: string, longest = 20) {
  const lines = text.split("\n").map((line, index) => [index + 1, line.slice(0, longest), line.length > longest]);
  return text.endsWith("\n") || text === "" ? lines.slice(0, -1) : lines;
}

const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 60 }), { maxLength: 12 });

test.prop([pieces])("lines are the same however the text comes in pieces", (texts) => {
  expect(scan(texts.map((text) => Buffer.from(text)))).toEqual(linesOf(texts.join("")));
});

test.prop([pieces])("those that are not of interest are counted", (texts) => {
  const hasB = (lines: Buffer) => lines.includes("b");
  const all = linesOf(texts.join(""));
  // The last line and those that are cut are for the receiver to judge.
  const isLast = (number: unknown) => number === all.length && !texts.join("").endsWith("\n");
  const expected = all.filter(
    ([number, text, isCut]) => isCut === true || isLast(number) || String(text).includes("b"),
  );
  expect(
    scan(
      texts.map((text) => Buffer.from(text)),
      20,
      hasB,
    ),
  ).toEqual(expected);
});

describe("a line without an end", () => {
  test("takes no more memory than its limit", () => {
    const chunk = Buffer.alloc(1_000_000, "x");
    expect(scan([...Array.from({ length: 50 }, () => chunk), Buffer.from("\nb\n")], 1000)).toEqual([
      [1, "x".repeat(1000), true],
      [2, "b", false],
    ]);
  });
});
