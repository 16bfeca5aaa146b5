import { expect, test } from "vitest";
import { mayBeUser } from "../../../src/system/accounts.ts";
import type { ProgramOutput } from "../../../src/host/programs/run.ts";
import { memoryFiles } from "../../helpers/memory-files.ts";

const files = memoryFiles({ texts: { "/etc/passwd": "alice:x:1000:1000::/home/alice:/bin/sh\n" } });

test.each<[name: string, exitCode: number | undefined, isUser: boolean]>([
  ["alice", 2, true],
  ["of a directory", 0, true],
  ["nobody's", 2, false],
  ["asked of a directory that is broken", 1, true],
  ["asked of a directory that hangs", undefined, true],
  ["1000", 2, false],
])("%s: getent ends with %j", async (name, exitCode, isUser) => {
  const output: ProgramOutput | undefined = exitCode === undefined ? undefined : { stdout: "", stderr: "", exitCode };
  const programs = { run: async () => Promise.resolve(output) };
  expect(await mayBeUser(name, { files, programs })).toBe(isUser);
});
