import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findFault, hookPrograms } from "../../../../src/host/programs/hook.ts";

const folder = mkdtempSync(join(tmpdir(), "hooks-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function program(name: string, script: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

describe("a program that is run", () => {
  test("reads the event, has its own variables and nothing of ours, and stands in /", async () => {
    process.env["OF_OURS"] = "secret";
    const path = program("tell", `cat > ${folder}/read; env > ${folder}/env; pwd > ${folder}/pwd`);
    expect(await hookPrograms.run(path, "{}\n", { SSHCTL_EVENT: "opened; rm -rf /" }, 10_000)).toEqual({ code: 0 });
    expect(readFileSync(join(folder, "read"), "utf8")).toBe("{}\n");
    const env = readFileSync(join(folder, "env"), "utf8");
    expect(env).toContain("SSHCTL_EVENT=opened; rm -rf /\n");
    expect(env).not.toContain("OF_OURS");
    expect(readFileSync(join(folder, "pwd"), "utf8")).toBe("/\n");
  });

  test.each([
    ["fails", "exit 3", { code: 3 }],
    ["is killed", "kill -9 $$", { signal: "SIGKILL" }],
    ["reads nothing", "exec 0<&-; exit 0", { code: 0 }],
  ])("and %s", async (name, script, end) => {
    expect(await hookPrograms.run(program(name.replace(" ", "-"), script), "x".repeat(500_000), {}, 10_000)).toEqual(
      end,
    );
  });

  test("that hangs is killed with what it has started", async () => {
    const path = program("hang", `sleep 1000 & echo $! > ${folder}/child; wait`);
    expect(await hookPrograms.run(path, "", {}, 300)).toBe("late");
    const child = readFileSync(join(folder, "child"), "utf8").trim();
    const state = () => {
      try {
        return readFileSync(`/proc/${child}/stat`, "utf8").split(") ")[1]?.[0];
      } catch {
        return "gone";
      }
    };
    await expect.poll(state).toMatch(/^(?:gone|Z|X)$/);
  });

  test("that is none", async () => {
    expect(await hookPrograms.run(program("text", "", 0o644), "", {}, 1000)).toHaveProperty("problem");
  });
});

describe("what root would run", () => {
  test("is what only root can change", () => {
    expect(findFault("/usr/bin/env", true)).toBeUndefined();
  });

  mkdirSync(join(folder, "open"), { mode: 0o777 });
  test.each([
    ["a relative path", "./tell", "absolute path"],
    ["a bare name", "env", "absolute path"],
    ["a way round", "/usr/bin/../bin/env", "absolute path"],
    ["what is not there", "/usr/bin/no-such-program", "no such file"],
    ["a folder", "/usr", "not a regular file"],
    ["what is not executable", "/etc/passwd", "not executable"],
    ["a link", "/proc/self/exe", "link"],
    ["what lies where anybody can write", program("writable", "", 0o777), "can be written by users other than root"],
  ])("is not %s", (_, path, fault) => {
    expect(findFault(path, true)).toContain(fault);
  });
});

describe("what others would run", () => {
  test.each([
    ["a bare name, which could mean anything", "env", "must be a path"],
    ["what is not executable", program("not-executable", "", 0o644), "not executable"],
    ["a folder", folder, "not a regular file"],
    ["what is not there", join(folder, "nothing"), "no such file"],
  ])("not %s", (_, path, fault) => {
    expect(findFault(path, false)).toContain(fault);
  });

  test("their own, or a link to it", () => {
    symlinkSync(program("target", ""), join(folder, "link"));
    expect(findFault(join(folder, "target"), false)).toBeUndefined();
    expect(findFault(join(folder, "link"), false)).toBeUndefined();
  });
});
