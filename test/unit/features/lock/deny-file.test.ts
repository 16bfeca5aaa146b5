import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { denialIn, patternOf, withDenials, withoutDenial } from "../../../../src/features/lock/deny-file.ts";
import { sshPattern } from "../../../../src/system/sshd/pattern.ts";

const one = { id: "20261128T101512480-7f2c", uid: 1000, pattern: "alice" };
const other = { id: "20261128T101512480-7f2d", uid: 1001, pattern: "bob" };

describe("the file of locked accounts", () => {
  test("begins with the first lock, and goes with the last", () => {
    const text = withDenials(undefined, [one]);
    expect(text).toMatch(/^# Written by sshctl.*\n# lock 20261128T101512480-7f2c uid 1000\nDenyUsers alice\n$/);
    expect(denialIn(text, one)).toBe("alice");
    expect(denialIn(text, other)).toBeUndefined();
    expect(withoutDenial(text, one)).toBeUndefined();
    expect(withoutDenial(text, other)).toBe(text);
  });

  test("keeps the others, and what people have written into it", () => {
    const both = `${withDenials(withDenials(undefined, [one]), [other])}# a note\nDenyUsers carol`;
    expect(withoutDenial(both, one)).toBe(`${withDenials(undefined, [other])}# a note\nDenyUsers carol`);
    expect(withDenials(both, [one])).toContain("DenyUsers carol\n# lock");
    const spoilt = both.replace("DenyUsers alice", "DenyUsers alice dave");
    expect(denialIn(spoilt, one)).toBeUndefined();
  });

  property.prop([fc.string({ unit: "binary" }), fc.boolean()])(
    "whatever was in it before is there afterwards, byte for byte",
    (text, ends) => {
      const before = `${text}${ends ? "\n" : ""}x\n`;
      expect(withoutDenial(withDenials(before, [one]), one)).toBe(before);
    },
  );
});

describe("names as patterns", () => {
  test.each([
    ["alice", "alice"],
    ["a.b_c-D9", "a.b_c-D9"],
    ["alice@corp.example", "alice?corp.example"],
    [String.raw`CORP\bob`, "CORP?bob"],
    ["Zoë Smith", "Zo??Smith"],
    ["a*b", "a?b"],
  ])("%s: %s", (name, pattern) => {
    expect(patternOf(name)).toBe(pattern);
  });

  property.prop([fc.string({ unit: "grapheme-ascii", minLength: 1 })])(
    "every name fits its own, and no list of them",
    (name) => {
      const pattern = patternOf(name);
      expect(pattern).toMatch(/^[\w.?-]+$/);
      expect(sshPattern(pattern, "s").test(name)).toBe(true);
    },
  );
});
