import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { hangingIndent, paragraph, wrapWords } from "../../../src/text/wrap.ts";

describe("words", () => {
  test.each([
    ["one two three", undefined, ["one two three"]],
    ["one two three", 13, ["one two three"]],
    ["one two three", 12, ["one two", "  three"]],
    ["  904 bash (alice, pts/1)", 16, ["  904 bash", "    (alice,", "    pts/1)"]],
    ["a-word-that-is-longer-than-a-line b", 10, ["a-word-that-is-longer-than-a-line", "  b"]],
    ["", 10, [""]],
    ['try "sshctl list --tty pts/1", or', 16, ["try", '  "sshctl list --tty pts/1",', "  or"]],
    ['a "lone mark is no quote', 12, ['a "lone mark', "  is no", "  quote"]],
  ])("%j in %s columns", (text, room, lines) => {
    expect(wrapWords(text, room)).toEqual(lines);
  });

  test.prop([fc.array(fc.stringMatching(/^[a-z,.]{1,12}$/), { minLength: 1 }), fc.integer({ min: 14, max: 80 })])(
    "none is lost, broken or beyond the edge",
    (words, room) => {
      const lines = wrapWords(words.join(" "), room);
      expect(lines.join(" ").split(/ +/)).toEqual(words);
      expect(lines.every((line) => line.length <= room)).toBe(true);
    },
  );
});

test("beside a label", () => {
  expect(hangingIndent("state   ", 8, "accepted, and for the time being in force", 30)).toEqual([
    "state   accepted, and for the",
    "        time being in force",
  ]);
  expect(hangingIndent("state   ", 8, "accepted, and so on", undefined)).toEqual(["state   accepted, and so on"]);
});

test("a paragraph", () => {
  expect(paragraph(["one two", "three four"], 8)).toBe("one two\nthree\n  four\n");
  expect(paragraph([], 8)).toBe("");
});
