import { describe, expect, test } from "vitest";
import { fitsAddress } from "../../../../src/system/authorized-keys/from-list.ts";
import { newestRules } from "../../../../src/system/authorized-keys/line-rules.ts";

const withoutNames = { ...newestRules, usesNames: false };

describe("whether an address fits, without its name", () => {
  test.each([
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.*", "10.1.2.3", true],
    ["10.1.2.?", "10.1.2.34", false],
    ["*", "2001:db8::1", true],
    ["2001:db8::/32", "2001:db8::1", true],
    ["2001:db8::/32", "10.1.2.3", false],
    ["!10.1.2.3,10.0.0.0/8", "10.1.2.3", false],
    ["10.0.0.0/8,!10.1.2.3", "10.1.2.4", true],
    ["!10.1.2.3", "10.1.2.4", false],
    ["10.0.0.1/8", "10.0.0.1", false],
    ["host.example", "10.1.2.3", false],
  ])("%s, %s: %j", (list, address, expected) => {
    expect(fitsAddress(list, address, withoutNames)).toBe(expected);
  });

  test("where names are looked up, a pattern may mean one", () => {
    expect(fitsAddress("*.example", "10.1.2.3", newestRules)).toBeUndefined();
    expect(fitsAddress("!*.example,10.0.0.0/8", "10.1.2.3", newestRules)).toBeUndefined();
    expect(fitsAddress("*.example,10.0.0.0/8", "10.1.2.3", newestRules)).toBe(true);
    expect(fitsAddress("10.0.0.0/8", "10.1.2.3", newestRules)).toBe(true);
  });
});
