import { expect, test } from "vitest";
import { programs } from "../../../../src/host/programs/run.ts";

const limitMs = 10_000;

test("a program gets a clean environment, its input, and no shell", async () => {
  const env = await programs.run("env", [], limitMs);
  expect(env?.stdout.trim().split("\n").toSorted()).toEqual(["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
  expect(await programs.run("cat", [], limitMs, "a\nb")).toMatchObject({ stdout: "a\nb", exitCode: 0 });
  expect(await programs.run("cat", [], limitMs)).toMatchObject({ stdout: "", exitCode: 0 });
  expect(await programs.run("echo", ["$(id)", ";"], limitMs)).toMatchObject({ stdout: "$(id) ;\n" });
});

test("a program starts in a folder that everybody may enter", async () => {
  expect((await programs.run("pwd", [], limitMs))?.stdout).toBe("/\n");
});

test("tells how a program ended", async () => {
  expect(await programs.run("sh", ["-c", "echo out; echo err >&2; exit 3"], limitMs)).toEqual({
    stdout: "out\n",
    stderr: "err\n",
    exitCode: 3,
  });
  expect(await programs.run("no-such-program", [], limitMs)).toBeUndefined();
  expect(await programs.run("sleep", ["60"], 50)).toEqual({ stdout: "", stderr: "", exitCode: undefined });
});

test("a program that the kernel cannot start has printed nothing", async () => {
  const tooLong = "x".repeat(4_000_000);
  expect(await programs.run("true", [tooLong], limitMs)).toEqual({ stdout: "", stderr: "", exitCode: undefined });
});
