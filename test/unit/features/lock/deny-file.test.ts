import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { denialIn, hasMark, patternOf, withDenial, withoutDenial } from "../../../../src/features/lock/deny-file.ts";
import { denyPath } from "../../../../src/system/locks/record.ts";
import { sshPattern } from "../../../../src/system/sshd/pattern.ts";

const one = { id: "20261128T101512480-7f2c", uid: 1000, pattern: "alice" };
const other = { id: "20261128T101512480-7f2d", uid: 1001, pattern: "bob" };

describe("the file of locked accounts", () => {
  test("begins with the first lock, and goes with the last", () => {
    const text = withDenial(denyPath, undefined, one);
    expect(text).toMatch(/^# Written by sshctl.*\n# lock 20261128T101512480-7f2c uid 1000\nDenyUsers alice\n$/);
    expect(denialIn(denyPath, text, one)).toBe("alice");
    expect(denialIn(denyPath, text, other)).toBeUndefined();
    expect(withoutDenial(denyPath, text, one)).toBeUndefined();
    expect(withoutDenial(denyPath, text, other)).toBe(text);
  });

  test("keeps the others, and what people have written into it", () => {
    const first = withDenial(denyPath, undefined, one);
    const both = `${withDenial(denyPath, first, other)}# a note\nDenyUsers carol`;
    const left = `${withDenial(denyPath, undefined, other)}# a note\nDenyUsers carol`;
    expect(withoutDenial(denyPath, both, one)).toBe(left);
    expect(withDenial(denyPath, both, one)).toContain("DenyUsers carol\n# lock");
    const spoilt = both.replace("DenyUsers alice", "DenyUsers alice dave");
    expect([denialIn(denyPath, spoilt, one), hasMark(spoilt, one)]).toEqual([undefined, true]);
  });

  property.prop([fc.string({ unit: "binary" }), fc.boolean()])(
    "whatever was in it before is there afterwards, byte for byte",
    (text, ends) => {
      const before = `${text}${ends ? "\n" : ""}x\n`;
      expect(withoutDenial(denyPath, withDenial(denyPath, before, one), one)).toBe(before);
    },
  );
});

describe("a block in a configuration that includes no folder", () => {
  const path = "/etc/ssh/sshd_config";
  const before = "Port 22\nMatch User bob\n  X11Forwarding no";

  test("stands above every Match, one for each lock", () => {
    const text = withDenial(path, withDenial(path, before, one), other);
    expect(text.endsWith(before)).toBe(true);
    expect([denialIn(path, text, one), denialIn(path, text, other)]).toEqual(["alice", "bob"]);
    expect(withoutDenial(path, withoutDenial(path, text, one) ?? "", other)).toBe(before);
  });

  test("whose marks or line somebody has changed is not taken for ours, and stays", () => {
    for (const [from, to] of [
      ["# <<< sshctl lock <<<\n", ""],
      ["# >>> sshctl lock >>>", "# >>>"],
      ["DenyUsers alice", "DenyUsers alice carol"],
    ] as const) {
      const text = withDenial(path, before, one).replace(from, to);
      expect([denialIn(path, text, one), hasMark(text, one), withoutDenial(path, text, one)]).toEqual([
        undefined,
        true,
        text,
      ]);
    }
  });

  property.prop([fc.string({ unit: "binary" })])("goes byte for byte", (text) => {
    expect(withoutDenial(path, withDenial(path, text, one), one)).toBe(text);
  });
});

describe("names as patterns", () => {
  test.each([
    ["alice", "alice"],
    ["a.b_c-D9", "a.b_c-D9"],
    ["alice@corp.example", "alice?corp.example"],
    [String.raw`CORP\bob`, "CORP?bob"],
    ["Zoë Smith", "Zo???Smith"],
    ["日本", "??????"],
    ["a*b", "a?b"],
  ])("%s: %s", (name, pattern) => {
    expect(patternOf(name)).toBe(pattern);
  });

  property.prop([fc.string({ unit: "grapheme", minLength: 1 })])(
    "every name fits its own, and no list of them",
    (name) => {
      const pattern = patternOf(name);
      expect(pattern).toMatch(/^[\w.?-]+$/);
      expect(sshPattern(pattern).test(name)).toBe(true);
    },
  );
});
