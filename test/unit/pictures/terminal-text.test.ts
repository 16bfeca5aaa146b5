import { describe, expect, test } from "vitest";
import { parseTerminalText, type Style } from "../../pictures/terminal-text.ts";

/** Each run as its text and what is unusual of its style. */
function runsOf(text: string): [text: string, style: Partial<Style>][][] {
  const isSet = ([, value]: [string, unknown]) => value !== false && value !== undefined;
  return parseTerminalText(text).map((runs) =>
    runs.map(({ text, style }) => [text, Object.fromEntries(Object.entries(style).filter(isSet))]),
  );
}

describe("a style", () => {
  test.each([
    ["\x1b[1mx", { bold: true }],
    ["\x1b[2mx", { dim: true }],
    ["\x1b[4mx", { underline: true }],
    ["\x1b[7mx", { inverse: true }],
    ["\x1b[9mx", { strike: true }],
    ["\x1b[32mx", { foreground: 2 }],
    ["\x1b[30mx", { foreground: 0 }],
    ["\x1b[97mx", { foreground: 15 }],
    ["\x1b[41mx", { background: 1 }],
    ["\x1b[100mx", { background: 8 }],
    ["\x9b1mx", { bold: true }],
    ["\x1b[1;9;33mx", { bold: true, strike: true, foreground: 3 }],
    ["\x1b[1;2m\x1b[22mx", {}],
    ["\x1b[4;7;9m\x1b[24;27;29mx", {}],
    ["\x1b[32;41m\x1b[39mx", { background: 1 }],
    ["\x1b[32;41m\x1b[49mx", { foreground: 2 }],
    ["\x1b[1;32m\x1b[0mx", {}],
    ["\x1b[1;32m\x1b[mx", {}],
    ["\x1b[4;38;5;1mx", { underline: true }],
    ["\x1b[48;2;1;7;9mx", {}],
    ["\x1b[53mx", {}],
  ])("%j", (text, style) => {
    expect(runsOf(text)).toEqual([[["x", style]]]);
  });

  test("goes on until another one, beyond the end of a line", () => {
    expect(runsOf("a\x1b[1mb\nc\x1b[22md\n")).toEqual([
      [
        ["a", {}],
        ["b", { bold: true }],
      ],
      [
        ["c", { bold: true }],
        ["d", {}],
      ],
    ]);
  });
});

test("lines that are empty stay", () => {
  expect(runsOf("\na\n\n")).toEqual([[], [["a", {}]], []]);
});

describe("what is neither text nor a style leaves no trace", () => {
  test.each([
    ["moves of the cursor", "a\x1b[2;5Hb\x1b[Kc"],
    ["private modes", "a\x1b[?1049hb\x1b[>4;2mc"],
    ["a title, ended by BEL", "a\x1b]0;title\x07bc"],
    ["a link, ended by ST", "a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\c"],
    ["a device control string", "a\x1bPq#0\x1b\\bc"],
    ["strings of C1", "ab\x9d0;title\x9cc"],
    ["other escapes", "a\x1b(Bb\x1b7c"],
    ["a lone escape", "abc\x1b"],
    ["a sequence cut off", "abc\x1b]0;ti"],
    ["control characters", "a\0b\r\x08c\x7f\x85"],
    ["turned directions", "a\u202eb\u2066c"],
    ["what XML forbids", "a\ud800b\uffffc"],
  ])("%s", (_, text) => {
    const characters = parseTerminalText(text).flatMap((runs) => runs.map(({ text }) => text));
    expect(characters.join("")).toBe("abc");
  });
});
