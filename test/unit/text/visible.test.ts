import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { visible, visibleJson } from "../../../src/text/visible.ts";
import { hostileText } from "../../helpers/arbitraries.ts";

/** What a terminal could obey, or a reader could not see. */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe("text", () => {
  test.each([
    ["", ""],
    ["plain ~ text \\ stays", "plain ~ text \\ stays"],
    ["Zoë 日本 😀 e\u0301", "Zoë 日本 😀 e\u0301"],
    ["a\nb\rc\td", String.raw`a\nb\rc\td`],
    ["\u001B[2J\u0007", String.raw`\x1b[2J\x07`],
    ["\u009B31m", String.raw`\x9b31m`],
    ["\0\u007F", String.raw`\x00\x7f`],
    ["a\u202Eb\u2066", String.raw`a\u{202e}b\u{2066}`],
    ["\u2028\u2029", String.raw`\u{2028}\u{2029}`],
    ["\u200B\u200D\uFEFF", String.raw`\u{200b}\u{200d}\u{feff}`],
    ["\u00AD\u00A0\u3000", String.raw`\xad\xa0\u{3000}`],
    ["\u3164\u115F\uFE0F", String.raw`\u{3164}\u{115f}\u{fe0f}`],
    ["\u{E0041}\u{F0000}", String.raw`\u{e0041}\u{f0000}`],
    ["\uD800x\uDFFF", String.raw`\u{d800}x\u{dfff}`],
  ])("%j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test.prop([hostileText])("nothing dangerous is left, and nothing is left to be done", (text) => {
    const shown = visible(text);
    expect(shown).not.toMatch(dangerous);
    expect(visible(shown)).toBe(shown);
  });
});

describe("JSON", () => {
  const anyJson = fc.oneof(fc.jsonValue(), fc.array(hostileText), fc.dictionary(hostileText, hostileText));

  test.prop([anyJson, fc.constantFrom(undefined, 2)])(
    "means the same as before, and holds nothing dangerous",
    (value, indent) => {
      const before = JSON.stringify(value, null, indent);
      const after = visibleJson(before);
      expect(JSON.parse(after)).toStrictEqual(JSON.parse(before));
      expect(after.replaceAll("\n", "")).not.toMatch(dangerous);
    },
  );

  test("characters beyond 16 bits become two escapes", () => {
    expect(visibleJson('"\u{E0041}"')).toBe(String.raw`"\udb40\udc41"`);
  });
});
