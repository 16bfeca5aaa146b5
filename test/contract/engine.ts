/** What every engine owes: the same for each adapter, on hosts that a stand-in for ssh(1) plays. */
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { mostBytes, type Answer, type Engine, type EngineSettings, type Job } from "../../src/fleet/engine/engine.ts";
import { newFolder } from "../helpers/new-folder.ts";

/** Runs the command here, as a shell of the host would; the name of the host decides what else happens. */
const standIn = `#!/bin/sh
for last; do host=$command; command=$last; done
touch "$0.$$"
case $host in
  refused*) echo "ssh: connect to host $host port 22: Connection refused" >&2; exit 255 ;;
  silent*) exec sleep 60 ;;
  child*) sleep 60 & wait ;;
  endless*) exec yes ;;
  loud*) yes >&2 ;;
  deaf*) exec 0<&-; echo deaf; exit 0 ;;
  killed*) kill -9 $$ ;;
esac
sh -c "$command"
code=$?
rm "$0.$$"
exit $code
`;

const settings: EngineSettings = {
  fanOut: 8,
  login: undefined,
  connectSeconds: 5,
  hostSeconds: 20,
  stop: new AbortController().signal,
};

export function job(name: string, command = "cat", input = ""): Job {
  return { host: { name, sshArgs: [] }, command, input };
}

/** @param engineOf - one that takes this program for ssh(1). */
export function describeEngine(engineOf: (ssh: string) => Engine): void {
  let ssh = "";
  beforeEach(() => {
    ssh = join(newFolder(), "ssh");
    writeFileSync(ssh, standIn);
    chmodSync(ssh, 0o755);
  });

  async function run(jobs: readonly Job[], changed: Partial<EngineSettings> = {}): Promise<Map<string, Answer["end"]>> {
    const answers = new Map<string, Answer["end"]>();
    await engineOf(ssh).run(jobs, { ...settings, ...changed }, ({ job: { host }, end, startedMs, endedMs }) => {
      expect(answers.has(host.name)).toBe(false);
      expect(endedMs).toBeGreaterThanOrEqual(startedMs);
      answers.set(host.name, end);
    });
    expect([...answers.keys()].toSorted()).toEqual(jobs.map(({ host }) => host.name).toSorted());
    return answers;
  }

  describe("each host", () => {
    test("reads its own input, and what it prints comes back byte by byte", async () => {
      const hostile = "a\rb\nc\r\n\0\u001b[2J\u{1f600}";
      const answers = await run([job("one", "cat; printf '\\377\\376'", hostile), job("two", "cat", "two")]);
      expect(answers.get("one")).toMatchObject({ kind: "ended", exitCode: 0 });
      expect(answers.get("one")).toHaveProperty(
        "stdout",
        Buffer.concat([Buffer.from(hostile), Buffer.from([255, 254])]),
      );
      expect(answers.get("two")).toHaveProperty("stdout", Buffer.from("two"));
    });

    test("has its own exit code, and what was said on standard error", async () => {
      const answers = await run([job("a", "echo why >&2; exit 7"), job("refused")]);
      expect(answers.get("a")).toMatchObject({ kind: "ended", exitCode: 7, stderr: "why\n" });
      expect(answers.get("refused")).toMatchObject({ kind: "ended", exitCode: 255 });
      expect(answers.get("refused")).toHaveProperty("stderr", expect.stringContaining("Connection refused"));
    });

    test("need not read what it is told, and may be ended by a signal", async () => {
      const answers = await run([job("deaf", "cat", "x".repeat(1 << 20)), job("killed")]);
      expect(answers.get("deaf")).toMatchObject({ kind: "ended", exitCode: 0 });
      expect(answers.get("killed")).toMatchObject({ kind: "ended", exitCode: undefined });
    });

    test("that prints without end costs only itself", async () => {
      const answers = await run([job("endless"), job("loud"), job("good", "echo fine")]);
      expect(answers.get("endless")).toEqual({ kind: "too-much" });
      expect(answers.get("loud")).toEqual({ kind: "too-much" });
      expect(answers.get("good")).toMatchObject({ kind: "ended", stdout: Buffer.from("fine\n") });
    });

    test("may print as much as is allowed", async () => {
      const answers = await run([job("large", `head -c ${String(mostBytes)} /dev/zero`)]);
      const end = answers.get("large");
      expect(end?.kind === "ended" && end.stdout.length).toBe(mostBytes);
    });

    test("that says nothing is given up when its time is over, with what it has started here", async () => {
      const answers = await run([job("silent"), job("child"), job("good", "echo fine")], { hostSeconds: 1 });
      expect(answers.get("silent")).toEqual({ kind: "late" });
      expect(answers.get("child")).toEqual({ kind: "late" });
      expect(answers.get("good")).toMatchObject({ kind: "ended" });
    });
  });

  test("no more are asked at once than was said", async () => {
    const count = `ls ${ssh}.* | wc -l; sleep 0.05`;
    const answers = await run(
      Array.from({ length: 20 }, (_, index) => job(`host${String(index)}`, count)),
      { fanOut: 3 },
    );
    const counts = [...answers.values()].map((end) => (end.kind === "ended" ? Number(end.stdout.toString()) : NaN));
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  test("many at once are nothing to warn of", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    await run(
      Array.from({ length: 24 }, (_, index) => job(`host${String(index)}`, "cat")),
      { fanOut: 24 },
    );
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("a run that is stopped ends what runs, starts no more, and tells so of each", async () => {
    const stop = new AbortController();
    const jobs = [job("good", "echo fine"), ...Array.from({ length: 20 }, (_, index) => job(`silent${String(index)}`))];
    const answers = new Map<string, Answer["end"]["kind"]>();
    await engineOf(ssh).run(jobs, { ...settings, fanOut: 2, stop: stop.signal }, ({ job: { host }, end }) => {
      answers.set(host.name, end.kind);
      stop.abort();
    });
    expect([...answers.values()].filter((kind) => kind === "stopped")).toHaveLength(20);
    expect(readdirSync(join(ssh, "..")).length).toBeLessThan(6);
    expect(existsSync(ssh)).toBe(true);
  });

  test("the names of hosts reach SSH as they are", async () => {
    const answers = await run([
      { host: { name: "web1", address: "refused-address", sshArgs: [] }, command: "cat", input: "" },
    ]);
    expect(answers.get("web1")).toHaveProperty("stderr", expect.stringContaining("host refused-address"));
  });
}
