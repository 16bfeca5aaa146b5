/** The guard as a real sh(1) runs it, on a control group that is a folder. */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { guardScript } from "../../../../src/system/frozen/guard-script.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

const texts = { done: 'done: it\'s "over" $(id) `id` \\', failed: "failed", warning: "soon: it's 'quoted'" };
const id = "20261128T101512480-7f2c";

interface Group {
  folder: string;
  ino: number;
}

function group(frozen: string): Group {
  const folder = join(newFolder(), "session-it's c1.scope");
  mkdirSync(folder);
  writeFileSync(join(folder, "cgroup.freeze"), `${frozen}\n`);
  writeFileSync(join(folder, "cgroup.events"), "populated 0\nfrozen 1\n");
  writeFileSync(join(folder, "cgroup.procs"), "");
  return { folder, ino: statSync(folder).ino };
}

/** With a logger(1) that writes into a file. @returns what it was given; throws where the guard fails. */
async function run(script: string, folder: string, word: string): Promise<string> {
  const log = join(folder, "log");
  writeFileSync(log, "");
  const logger = `logger() { while [ $# -gt 1 ]; do shift; done; printf '%s\\n' "$1" >>"${log.replaceAll('"', "")}"; }\n`;
  const path = join(folder, "guard.sh");
  writeFileSync(path, script.replace("export PATH\n", `export PATH\n${logger}`));
  const { stderr } = await promisify(execFile)("sh", [path, word]);
  expect(stderr).toBe("");
  return readFileSync(log, "utf8");
}

describe("the guard of a control group", () => {
  const scriptOf = ({ folder, ino }: Group, ending: "thaw" | "kill", shift = 0) =>
    guardScript({ id, means: { kind: "scope", folder, ino: ino + shift }, ending }, undefined, undefined, texts);
  const state = ({ folder }: Group) => readFileSync(join(folder, "cgroup.freeze"), "utf8").trim();

  test("thaws what is frozen, and writes its record as it is", async () => {
    const own = group("1");
    expect(await run(scriptOf(own, "thaw"), own.folder, "guard")).toBe(`${texts.done}\n`);
    expect(state(own)).toBe("0");
  });

  test.each(["thaw", "kill"] as const)("leaves alone what is not frozen: %s", async (ending) => {
    const own = group("0");
    expect(await run(scriptOf(own, ending), own.folder, "guard")).toBe("");
  });

  test.each(["thaw", "kill"] as const)("leaves another group of the same name alone: %s", async (ending) => {
    const own = group("1");
    expect(await run(scriptOf(own, ending, 1), own.folder, "guard")).toBe("");
    expect(state(own)).toBe("1");
  });

  test("kills what is in it, and thaws it", async () => {
    const own = group("1");
    const victim = spawn("sleep", ["600"]);
    const ended = new Promise((resolve) => victim.once("exit", (_, signal) => resolve(signal)));
    writeFileSync(join(own.folder, "cgroup.procs"), `${String(victim.pid)}\n`);
    expect(await run(scriptOf(own, "kill"), own.folder, "guard")).toBe(`${texts.done}\n`);
    expect([await ended, state(own)]).toEqual(["SIGKILL", "0"]);
  });

  test("only tells, a minute before", async () => {
    const own = group("1");
    expect(await run(scriptOf(own, "kill"), own.folder, "warn")).toBe(`${texts.warning}\n`);
    expect(state(own)).toBe("1");
    writeFileSync(join(own.folder, "cgroup.freeze"), "0\n");
    expect(await run(scriptOf(own, "kill"), own.folder, "warn")).toBe("");
  });
});

describe("the guard of stopped processes", () => {
  /** Stops itself; when it goes on, it ends with 7. */
  async function stopped() {
    const child = spawn("sh", ["-c", "kill -s STOP $$; exit 7"]);
    const pid = child.pid ?? 0;
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
    const fields = () =>
      readFileSync(`/proc/${String(pid)}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
    await expect.poll(() => fields()[0]).toBe("T");
    return { identity: { pid, startTicks: Number(fields()[19]) }, ended, state: () => fields()[0] };
  }

  const scriptOf = (ending: "thaw" | "kill", folder: string, keeper?: { pid: number; startTicks: number }) =>
    guardScript({ id, means: { kind: "signals" }, ending }, keeper, undefined, texts).replaceAll(
      `/run/sshctl/frozen/${id}`,
      join(folder, "freeze"),
    );
  const list = (folder: string, identities: readonly { pid: number; startTicks: number }[]) => {
    const rows = identities.map(({ pid, startTicks }) => `${String(pid)} ${String(startTicks)}\n`);
    writeFileSync(join(folder, "freeze.pids"), rows.join(""));
  };

  test("lets go on what is still the same, and nothing else", async () => {
    const { identity, ended, state } = await stopped();
    const folder = newFolder();
    list(folder, [{ ...identity, startTicks: identity.startTicks + 1 }]);
    expect(await run(scriptOf("thaw", folder), folder, "guard")).toBe("");
    expect(state()).toBe("T");
    list(folder, [{ pid: 1, startTicks: 1 }, identity]);
    expect(await run(scriptOf("thaw", folder), folder, "guard")).toBe(`${texts.done}\n`);
    expect(await ended).toBe(7);
  });

  test("kills all but the monitor, which goes on", async () => {
    const [victim, monitor] = [await stopped(), await stopped()];
    const folder = newFolder();
    list(folder, [monitor.identity, victim.identity]);
    expect(await run(scriptOf("kill", folder, monitor.identity), folder, "guard")).toBe(`${texts.done}\n`);
    expect([await victim.ended, await monitor.ended]).toEqual(["SIGKILL", 7]);
  });
});
