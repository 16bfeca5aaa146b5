import { describe, expect, test } from "vitest";
import { effectiveSettings, findConfigurationError } from "../../../../src/system/sshd/ask.ts";
import type { ProgramOutput } from "../../../../src/host/programs/run.ts";
import { daemon } from "../../../helpers/daemons.ts";

const fine = { stdout: "Port 22\nx\n", exitCode: 0 };
const noFolder = { stdout: "", stderr: "Missing privilege separation directory: /run/sshd\r\n", exitCode: 255 };

/** Answers by program. */
function machine(answers: Readonly<Record<string, ProgramOutput | undefined>>) {
  const lines: string[] = [];
  const run = async (name: string, args: readonly string[]) => {
    lines.push([name, ...args].join(" "));
    return Promise.resolve(answers[name]);
  };
  return { lines, programs: { run } };
}

describe("findConfigurationError", () => {
  test.each<[ProgramOutput | undefined, string | undefined]>([
    [fine, undefined],
    [{ stdout: "", stderr: "line 3: Bad option\r\n", exitCode: 255 }, "line 3: Bad option"],
    [{ stdout: "", exitCode: undefined }, "/usr/sbin/sshd -t failed"],
    [undefined, "/usr/sbin/sshd is not there"],
  ])("%j", async (output, problem) => {
    expect(await findConfigurationError(daemon(), machine({ "/usr/sbin/sshd": output }))).toBe(problem);
  });

  test.each<[string, ProgramOutput | undefined, string | undefined]>([
    ["is asked for where it has the folder", fine, undefined],
    ["and tells there", { stdout: "", stderr: "line 3: Bad option\n", exitCode: 255 }, "line 3: Bad option"],
    ["is not known where that cannot be", { stdout: "", stderr: "unshare: failed: denied\n", exitCode: 1 }, undefined],
    ["is not known without unshare(1)", undefined, undefined],
  ])("before the first connection it %s", async (_, unshare, problem) => {
    const { programs, lines } = machine({ "/usr/sbin/sshd": noFolder, unshare });
    expect(await findConfigurationError(daemon({ options: ["-p", "22"] }), { programs })).toBe(problem);
    expect(lines[1]).toMatch(/ sshd \/usr\/sbin\/sshd -p 22 -t$/);
  });

  test("dropbear has none", async () => {
    expect(await findConfigurationError(daemon({ server: "dropbear" }), machine({}))).toBeUndefined();
  });
});

test("effectiveSettings asks with the daemon's options, for its port", async () => {
  const { programs, lines } = machine({ "/usr/sbin/sshd": fine });
  const other = daemon({ options: ["-f", "/x"], ends: [{ address: "::", port: 2222 }] });
  expect(await effectiveSettings({ user: "a" }, other, { programs })).toEqual(
    new Map([
      ["port", "22"],
      ["x", ""],
      ["", ""],
    ]),
  );
  await effectiveSettings({ user: "a", port: 1 }, other, { programs });
  expect(lines).toEqual([
    "/usr/sbin/sshd -f /x -T -C user=a,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=2222",
    "/usr/sbin/sshd -f /x -T -C user=a,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=1",
  ]);
});
