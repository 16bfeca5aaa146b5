import { expect, test } from "vitest";
import { didYouMean } from "../../../src/cli/suggest.ts";

const words = ["list", "count", "user", "not-user", "older-than"];

test.each([
  ["lits", "list"],
  ["lsit", "list"],
  ["lst", "list"],
  ["List", "list"],
  ["cuont", "count"],
  ["usr", "user"],
  ["no-user", "not-user"],
  ["olderthan", "older-than"],
  ["list", "list"],
])("%s means %s", (word, meant) => {
  expect(didYouMean(word, words)).toBe(meant);
});

test("a short word is not what is twice as long", () => {
  expect(didYouMean("on", ["json", "one"])).toBe("one");
  expect(didYouMean("on", ["json", "sort"])).toBeUndefined();
});

test.each(["", "kill", "xxxx", "t", "list-everything", "\u001B[2J"])("%j means nothing", (word) => {
  expect(didYouMean(word, words)).toBeUndefined();
});
