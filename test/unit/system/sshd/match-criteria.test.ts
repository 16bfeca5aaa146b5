import { describe, expect, test } from "vitest";
import { criteriaOf, dependsOnConnection, mayMean } from "../../../../src/system/sshd/match-criteria.ts";

const groups = [
  { name: "domain users", gid: 5000, members: ["bob"] },
  { name: "ops", gid: 6000, members: [] },
];
const account = { name: "alice", uid: 1000, gid: 1000, home: "/home/alice", shell: "/bin/bash" };

describe("Match", () => {
  test.each([
    ["User alice,bob", [["user", ["alice", "bob"]]]],
    ['Group "domain users"', [["group", ["domain users"]]]],
    [
      'Group "domain users,ops" User alice',
      [
        ["group", ["domain users", "ops"]],
        ["user", ["alice"]],
      ],
    ],
    ["User=alice", [["user", ["alice"]]]],
    ["User alice # not from outside", [["user", ["alice"]]]],
    ['Group "domain users" #Address 10.0.0.0/8', [["group", ["domain users"]]]],
    ['Group "never ended', [["group", ["never ended"]]]],
  ])("%s", (match, criteria) => {
    expect(criteriaOf(match)).toEqual(criteria);
    expect(dependsOnConnection(match)).toBe(false);
  });

  test.each([
    ["bob", true],
    ["alice", false],
  ])('Group "domain users" may mean %s: %s', (name, may) => {
    expect(mayMean('Group "domain users" # of the directory', { ...account, name }, groups)).toBe(may);
  });

  test("what is negated, or a group that is not known, decides nothing", () => {
    expect(mayMean("Group !ops", account, groups)).toBe(true);
    expect(mayMean('Group "other users"', account, groups)).toBe(true);
  });
});
