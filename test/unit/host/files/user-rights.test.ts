import { lstatSync, type Stats } from "node:fs";
import { expect, test } from "vitest";
import { PathError } from "../../../../src/host/files/handle.ts";
import { type Owner, permitByMode, toRead, toSearch, toWrite } from "../../../../src/host/files/user-rights.ts";

function statsOf(facts: { uid: number; gid: number; mode: number }): Stats {
  return Object.assign(lstatSync("/"), facts);
}

const alice = { uid: 1000, gid: 1000, groups: [27] };
const [owner, group, others] = [
  { uid: 1000, gid: 0 },
  { uid: 0, gid: 27 },
  { uid: 0, gid: 0 },
];

test.each<[string, { uid: number; gid: number }, number, number, boolean]>([
  ["the owner", owner, 0o400, toRead, true],
  ["the owner, whom the mode leaves out", owner, 0o077, toRead, false],
  ["the own group", { uid: 0, gid: 1000 }, 0o040, toRead, true],
  ["a further group", group, 0o040, toRead, true],
  ["a group, which the mode leaves out", group, 0o707, toRead, false],
  ["somebody else", others, 0o004, toRead, true],
  ["somebody else, whom the mode leaves out", others, 0o770, toRead, false],
  ["a folder that can be searched, but not read", others, 0o711, toRead, false],
  ["a folder that can be searched", others, 0o711, toSearch, true],
  ["half of what is wished for", owner, 0o500, toWrite | toSearch, false],
  ["all of what is wished for", owner, 0o300, toWrite | toSearch, true],
])("%s", (_, { uid, gid }, mode, wish, isPermitted) => {
  expect(refusal({ uid, gid, mode: 0o100000 | mode }, wish)).toBe(isPermitted ? "none" : "EACCES");
});

/** The code of the error. */
function refusal(facts: { uid: number; gid: number; mode: number }, wish: number, user: Owner = alice): string {
  try {
    permitByMode(user)(statsOf(facts), wish);
    return "none";
  } catch (error) {
    return error instanceof PathError ? error.code : String(error);
  }
}

test("the groups of a user are those that the machine has", () => {
  const me = { uid: process.getuid?.() ?? 0, gid: 4_000_000 };
  const ofGroup = (gid: number) => refusal({ uid: 4_000_000, gid, mode: 0o040 }, toRead, me);
  expect([process.getgid?.() ?? 0, 4_000_001].map(ofGroup)).toEqual(["none", "EACCES"]);
});
