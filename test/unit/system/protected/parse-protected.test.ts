import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { parseProtected } from "../../../../src/system/protected/parse-protected.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

test("each line means a user, a group, a network or a key", () => {
  const text = `# who\n\nroot\n  deploy # by the pipeline\r\n%admins\n10.0.0.0/8\n2001:db8::1\n${sha256}\n${ed} laptop of alice\nCORP\\bob\n1000\nMD5:${"ab:".repeat(15)}cd\n`;
  const lines = parseProtected(text);
  expect("entries" in lines && lines.entries.map(({ line, name, means }) => [line, means.kind, name])).toEqual([
    [3, "user", "root"],
    [4, "user", "deploy"],
    [5, "group", "%admins"],
    [6, "network", "10.0.0.0/8"],
    [7, "network", "2001:db8::1"],
    [8, "key", sha256],
    [9, "key", sha256],
    [10, "user", "CORP\\bob"],
    [11, "user", "1000"],
    [12, "key", `MD5:${"ab:".repeat(15)}cd`],
  ]);
});

test.each([
  ["10.0.0.0/33", "no network"],
  ["10.0.0", "no network"],
  ["10.0.0.0/8,10.1.0.0/16", "no network"],
  ["2001:db8::/129", "no network"],
  ["SHA256:bbXpuKG6", "no whole fingerprint"],
  ["SHA256:", "no whole fingerprint"],
  ["MD5:ab:cd", "no whole fingerprint"],
  ["%", "no group can have that name"],
  ["alice bob", "2 words"],
  ["user alice please", "3 words"],
  [ed.slice(0, 40), "damaged or cut off"],
  ["ali\u0007ce", "control characters"],
  ["ali\ufffdce", "not UTF-8"],
])("%j means nobody, and nothing of the file counts then", (bad, why) => {
  expect(parseProtected(`root\n${bad}\ndeploy\n`)).toMatchObject({
    bad: { line: 2, why: expect.stringContaining(why) },
  });
});

property.prop([fc.string({ unit: "binary", maxLength: 400 })])("any text has entries or one bad line", (text) => {
  const lines = parseProtected(text);
  const count = text.split("\n").length;
  if ("bad" in lines) expect(lines.bad.line).toBeLessThanOrEqual(count);
  else expect(lines.entries.length).toBeLessThanOrEqual(count);
});
