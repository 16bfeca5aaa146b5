import { expect, test } from "vitest";
import { describeCaller, readCaller } from "../../../src/system/caller.ts";
import { memoryFiles } from "../../helpers/memory-files.ts";

const passwd = "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n";

test.each([
  ["1000", "root (logged in as alice)"],
  ["0", "root"],
  ["4294967295", "root"],
  ["4321", "root (logged in as uid 4321)"],
])("somebody with the login uid %s is %s", (loginuid, text) => {
  const status = "Name:\tnode\nUid:\t0\t0\t0\t0\n";
  const texts = { "/etc/passwd": passwd, "/proc/self/status": status, "/proc/self/loginuid": loginuid };
  expect(describeCaller(readCaller(memoryFiles({ texts })))).toBe(text);
});
