import { expect, test } from "vitest";
import { judgeRules } from "../../../../src/features/access/user-rules.ts";
import { newestRules } from "../../../../src/system/authorized-keys/line-rules.ts";

function judge(
  lines: Readonly<Record<string, readonly string[]>>,
  { user = "alice", address, openssh = 1000 }: { user?: string; address?: string; openssh?: number } = {},
) {
  const rules = { ...newestRules, openssh, usesNames: false };
  const { answer, text } = judgeRules(new Map(Object.entries(lines)), {
    user,
    groups: ["alice", "ops"],
    address,
    rules,
  });
  return `${answer}: ${text}`;
}

test.each<[Record<string, string[]>, string]>([
  [{}, "yes: no Allow or Deny line"],
  [{ denyusers: ["bob", "al*"] }, "no: DenyUsers al*"],
  [{ denyusers: ["Alice"] }, "yes: no Allow or Deny line"],
  [{ allowusers: ["bob"] }, "no: not in AllowUsers"],
  [{ allowusers: ["bob", "alic?"] }, "yes: AllowUsers alic?"],
  [{ allowusers: ["alice"], denyusers: ["alice"] }, "no: DenyUsers alice"],
  [{ denygroups: ["ops"], allowusers: ["alice"] }, "no: DenyGroups ops"],
  [{ allowgroups: ["wheel", "o*"] }, "yes: AllowGroups o*"],
  [{ allowgroups: ["wheel"], allowusers: ["alice"] }, "no: not in AllowGroups"],
  [{ allowusers: ["alice@10.0.0.0/8"] }, "unknown: AllowUsers alice@10.0.0.0/8"],
  [{ allowusers: ["alice@*"] }, "yes: AllowUsers alice@*"],
  [{ denyusers: ["alice@10.0.0.1"] }, "unknown: DenyUsers alice@10.0.0.1"],
  [{ denyusers: ["bob@10.0.0.1"] }, "yes: no Allow or Deny line"],
])("%j: %s", (lines, expected) => {
  expect(judge(lines)).toBe(expected);
});

test("an address decides where one is given", () => {
  const lines = { allowusers: ["alice@10.0.0.0/8"] };
  expect(judge(lines, { address: "10.1.2.3" })).toBe("yes: AllowUsers alice@10.0.0.0/8");
  expect(judge(lines, { address: "192.0.2.1" })).toBe("no: not in AllowUsers");
});

test("an @ in a name is no place before OpenSSH 9.9, and one of the name after it", () => {
  const user = "alice@corp.example";
  const locked = { denyusers: ["alice@corp.example@*"] };
  expect(judge(locked, { user, openssh: 1000 })).toBe("no: DenyUsers alice@corp.example@*");
  expect(judge(locked, { user, openssh: 902 })).toBe("yes: no Allow or Deny line");
  expect(judge({ denyusers: ["alice?corp.example"] }, { user, openssh: 804 })).toBe("no: DenyUsers alice?corp.example");
});
