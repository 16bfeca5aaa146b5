import { fc, test as check } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseFields, renderFields, type Field } from "../../../../src/system/acts/quoted-fields.ts";

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', "\\", " ", "=", "a", "\n", "u", "0", "‮", "é", "😀", "\ud800", "\0") }),
);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const someFields = fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, minLength: 1, maxLength: 8 });

describe("renderFields, parseFields", () => {
  test("are a line that a person can read", () => {
    const line = renderFields([
      ["act", "kill"],
      ["reason", 'Laptop "T480"\nstolen‮'],
    ]);
    expect(line).toBe(String.raw`act="kill" reason="Laptop \"T480\"\nstolen\u202e"`);
  });

  check.prop([someFields])(
    "give back what was put in, however hostile, in one line without anything invisible",
    (all) => {
      const line = renderFields(all, 100_000);
      expect([...(parseFields(line) ?? [])]).toEqual(all);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    },
  );

  check.prop([someFields])("never let a value become a field, cut or not", (all) => {
    const names = (fields: Iterable<Field>) => [...fields].map(([each]) => each);
    for (const most of [10, 30, 700]) expect(names(parseFields(renderFields(all, most)) ?? [])).toEqual(names(all));
  });

  check.prop([fc.string({ unit: "binary", minLength: 300, maxLength: 2000 })])(
    "cut a long value, and say so",
    (long) => {
      const line = renderFields([["x", long]], 200);
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual("x=".length + 200);
      const kept = parseFields(line)?.get("x") ?? "";
      expect(kept.endsWith("…")).toBe(true);
      expect(long.startsWith(kept.slice(0, -1))).toBe(true);
    },
  );

  check.prop([fc.string({ unit: "binary" })])("take any line, and only render what they take", (line) => {
    const fields = parseFields(line);
    if (fields !== undefined) expect(parseFields(renderFields([...fields], 100_000))).toEqual(fields);
  });

  test.each([
    ["", "nothing"],
    ["root ended a session", "a sentence"],
    ['a="1"  b="2"', "two spaces"],
    ['a="1" ', "a space at the end"],
    [' a="1"', "a space at the beginning"],
    ['a="1"b="2"', "no space"],
    ['a="1" a="2"', "a name twice"],
    ['a="1', "no end"],
    ["a=1", "no quotes"],
    ["a='1'", "other quotes"],
    ['A="1"', "a capital letter"],
    ['a="1" and more', "something behind it"],
    [String.raw`a="\x41"`, "no escape of JSON"],
    [String.raw`a="\u12"`, "half an escape"],
    ['a="1\n2"', "a raw line feed"],
  ])("take %j for no line of fields: %s", (line) => {
    expect(parseFields(line)).toBeUndefined();
  });
});
