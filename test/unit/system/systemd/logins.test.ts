import { expect, test } from "vitest";
import type { ProgramOutput } from "../../../../src/host/programs/run.ts";
import { parseLogins, readLogins } from "../../../../src/system/systemd/logins.ts";

const shown = `Id=54967
User=1000
Name=alice
Timestamp=Sat 2026-11-28 17:47:21 UTC
Service=sshd
State=closing

Id=c2
User=1000
Name=CORP\\bob
Timestamp=
Service=systemd-user
State=active
`;

const expected = [
  { id: "54967", user: "alice", uid: 1000, service: "sshd", state: "closing", began: "Sat 2026-11-28 17:47:21 UTC" },
  { id: "c2", user: "CORP\\bob", uid: 1000, service: "systemd-user", state: "active", began: "" },
];

test("logins, without those of which something is missing", () => {
  expect(parseLogins(shown)).toEqual(expected);
  expect(parseLogins("")).toEqual([]);
  expect(parseLogins("Id=1\nUser=x\nName=alice\n\nId=\nUser=1\nName=a\n\n\n\nId=2\nUser=2\n")).toEqual([]);
});

/** loginctl, with its list as systemd 252 and 257 print it. */
function loginctl(list: ProgramOutput | undefined, show: ProgramOutput | undefined) {
  const asked: string[][] = [];
  const run = async (_: string, [verb = "", ...args]: readonly string[]) => {
    asked.push(args.filter((arg) => !arg.startsWith("--")));
    return Promise.resolve(verb === "list-sessions" ? list : show);
  };
  return { programs: { run }, asked };
}

test("all that are listed are asked for in one call, and what is told counts, also where one has ended meanwhile", async () => {
  const list = "54967 1000 alice   \n   c2 1000 alice - 122 manager - no -\n";
  const { programs, asked } = loginctl({ stdout: list, exitCode: 0 }, { stdout: shown, exitCode: 1 });
  expect(await readLogins(programs)).toEqual(expected);
  expect(asked).toEqual([[], ["54967", "c2"]]);
});

test("nobody is not the same as no logind", async () => {
  expect(await readLogins(loginctl({ stdout: "", exitCode: 0 }, undefined).programs)).toEqual([]);
  expect(await readLogins(loginctl({ stdout: "", exitCode: 1 }, undefined).programs)).toBeUndefined();
  expect(await readLogins(loginctl(undefined, undefined).programs)).toBeUndefined();
});
