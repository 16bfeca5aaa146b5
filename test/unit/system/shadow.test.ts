import { expect, test } from "vitest";
import { accountState, dayOf, hasPassword, parseShadow } from "../../../src/system/shadow.ts";

test("the first line with the name counts, and empty fields are none", () => {
  const text = "root:*:1:0:99999:7:::\nalice:$y$x:20000:0:99999:7:5:20100:\nalice:!::::::1:\nbroken\n";
  expect(parseShadow(text, "alice")).toEqual({
    password: "$y$x",
    changedOn: 20_000,
    mostDays: 99_999,
    inactiveDays: 5,
    expiresOn: 20_100,
  });
  expect(parseShadow(text, "root")).toMatchObject({ inactiveDays: undefined, expiresOn: undefined });
  expect(parseShadow(text, "broken")).toMatchObject({ password: "", changedOn: undefined });
  expect(parseShadow(text, "nobody")).toBeUndefined();
});

test("the day of expiry is the first one without a login", () => {
  const entry = { password: "!", changedOn: 1, mostDays: undefined, inactiveDays: undefined, expiresOn: 20_100 };
  expect([20_099, 20_100].map((day) => accountState(entry, day))).toEqual(["valid", "expired"]);
  expect(dayOf(20_100 * 86_400_000 - 1)).toBe(20_099);
});

test.each([
  ["$6$salt$hash", true],
  ["$y$j9T$x", true],
  ["_J9..rasmBYk8r9AiWNc", true],
  ["abJnggxhB/yWI", true],
  ["", false],
  ["!", false],
  ["!$6$salt$hash", false],
  ["*", false],
  ["!!", false],
])("%j has a password: %j", (password, expected) => {
  expect(hasPassword({ password, changedOn: 1, mostDays: 1, inactiveDays: 1, expiresOn: 1 })).toBe(expected);
});
