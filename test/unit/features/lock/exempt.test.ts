import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { exemptText, parseExempt } from "../../../../src/features/lock/exempt.ts";

const address = fc.oneof(fc.ipV4(), fc.ipV6());
const exemptions = fc.record({
  before: fc.array(address, { maxLength: 3 }),
  locks: fc
    .dictionary(fc.stringMatching(/^[\w-]{1,30}$/), fc.array(address, { minLength: 1, maxLength: 3 }), { minKeys: 1 })
    .map((each) => new Map(Object.entries(each))),
});

property.prop([exemptions])("what is written is read as it was meant", (given) => {
  expect(parseExempt(exemptText(given) ?? "")).toEqual(given);
});

test("the file goes with the last lock", () => {
  expect(exemptText({ before: ["192.0.2.0/24"], locks: new Map() })).toBeUndefined();
});

test("each address stands once, those of before first", () => {
  const locks = new Map([
    ["a-1000", ["192.0.2.1", "192.0.2.2"]],
    ["b-1001", ["192.0.2.2", "10.0.0.0"]],
  ]);
  expect(exemptText({ before: ["10.0.0.0"], locks })).toContain(
    "\nPerSourcePenaltyExemptList 10.0.0.0,192.0.2.1,192.0.2.2\n",
  );
});

test.each(["", "PerSourcePenaltyExemptList 10.0.0.1\n", "# mine\n"])("%j is none of ours", (text) => {
  expect(parseExempt(text)).toBeUndefined();
});

property.prop([exemptions, fc.string({ minLength: 1 })])("what others have added makes it theirs", (given, more) => {
  expect(parseExempt(`${exemptText(given) ?? ""}${more}`)).toBeUndefined();
});
