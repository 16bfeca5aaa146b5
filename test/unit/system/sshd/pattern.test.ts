import { expect, test } from "vitest";
import { sshPattern } from "../../../../src/system/sshd/pattern.ts";

test.each<[pattern: string, flags: "i" | "", text: string, fits: boolean]>([
  ["alice", "", "alice", true],
  ["al?ce", "", "alice", true],
  ["a*e", "", "ae", true],
  ["a.ice", "", "alice", false],
  ["Alice", "", "alice", false],
  ["Alice", "i", "aLICE", true],
  // Two bytes of UTF-8, as real servers have it.
  ["Zo??Smith", "", "Zoë Smith", false],
  ["Zo???Smith", "", "Zoë Smith", true],
  ["Zo*Smith", "", "Zoë Smith", true],
  ["zoë", "i", "ZOë", true],
  ["zoë", "i", "zoË", false],
  ["a?b", "", "a\nb", true],
])("%s %s fits %j: %j", (pattern, flags, text, fits) => {
  expect(sshPattern(pattern, flags).test(text)).toBe(fits);
});
