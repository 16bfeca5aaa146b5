/** Sessions that stand still: what their clients know of it, and what becomes of them when sshctl is killed, or their time is up. */
import { afterEach, describe, expect, test } from "vitest";
import type { FreezeDocument, ThawDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { killJson } from "../kill/kill-json.ts";
import { documentOf } from "../machine/document.ts";
import { killAt } from "../machine/kill-at.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine, type RunResult } from "../machine/machine.ts";
import { openCommand, openShell, type SshClient, type SshShell } from "../machine/ssh-client.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson, rowOf } from "../sessions-json.ts";

const timeout = 180_000;

/** Prints 1, 2, 3 and so on. */
const counting = `sh -c 'i=0; while :; do i=$((i+1)); echo "n$i."; sleep 0.02; done'`;

/** The numbers that have arrived. */
function numbersOf({ process }: SshClient): number[] {
  return [...process.stdout.matchAll(/n(\d+)\./g)].map(([, number]) => Number(number));
}

function isWithoutGap(numbers: readonly number[]): boolean {
  return numbers.length > 0 && numbers.every((number, index) => number === index + 1);
}

describeEverySuite(
  "systemd and sshd know or do not know of what stands still, each generation in its own way",
  (suite) => {
    const lab = useMachine(suite.name);
    const opened: SshClient[] = [];

    async function open<T extends SshClient>(client: Promise<T>): Promise<T> {
      opened.push(await client);
      return client;
    }

    async function json<T>(schema: "freeze-1" | "thaw-1", args: readonly string[]): Promise<T & { exitCode: number }> {
      const { stdout, stderr, exitCode } = await lab().sshctl([...args, "-o", "json"]);
      expect({ stderr, violations: violationsOf(schema, documentOf({ stdout, stderr, exitCode })) }).toEqual({
        stderr: "",
        violations: [],
      });
      return { ...(documentOf({ stdout, stderr, exitCode }) as T), exitCode };
    }
    const freezeJson = async (pid: number, ...args: string[]) =>
      json<FreezeDocument>("freeze-1", ["freeze", String(pid), "--yes", ...args]);
    const thawJson = async (name: number | string) => json<ThawDocument>("thaw-1", ["thaw", String(name)]);

    const pidOf = async (client: SshClient) => rowOf(await listJson(lab()), client).pid;
    /** Resolves when another number arrives. */
    const goesOn = async (client: SshClient) => {
      const before = numbersOf(client).length;
      await expect.poll(() => numbersOf(client).length, { timeout: 30_000 }).toBeGreaterThan(before);
    };
    const left = async () => (await lab().must("ls /run/sshctl/frozen 2>/dev/null || true")).trim();
    const timers = async () =>
      (await lab().must("systemctl list-units --all --plain --no-legend 'sshctl-freeze-*.timer'")).trim();
    /** Nothing of a freeze is left on the machine. */
    const isClean = async () => {
      await expect.poll(left, { timeout: 20_000 }).toBe("");
      await expect.poll(timers, { timeout: 20_000 }).toBe("");
    };

    afterEach(async () => {
      // What a test that failed has left standing still.
      await lab().must(
        `for id in $(ls /run/sshctl/frozen 2>/dev/null | sed -n 's/[.]json$//p'); do ${node} ${sshctl} thaw $id; done`,
      );
      await Promise.all(opened.splice(0).map(async (client) => client.end()));
    });

    test("a client types and prints over a freeze, and loses nothing", { timeout }, async () => {
      const [printing, typing] = [await open(openCommand(lab(), {}, counting)), await open(openShell(lab()))];
      const [pid, typed] = [await pidOf(printing), await pidOf(typing)];
      for (const each of [pid, typed]) {
        const done = await freezeJson(each, "--for", "10m", "--then", "thaw", "--reason", "INC-1");
        expect(done).toMatchObject({ exitCode: 0, outcome: "frozen", means: "scope", stillForMs: 200, problems: [] });
        expect(done.notFrozen).toContainEqual(expect.stringMatching(/^another session: PID \d+, alice/));
      }
      typing.write("echo typed-$((40 + 2))\n");
      const arrived = numbersOf(printing).length;
      const { cgroup } = await json<FreezeDocument>("freeze-1", ["freeze", String(pid), "--dry-run"]);
      const cpu = async () =>
        lab().must(`for pid in $(cat ${cgroup ?? ""}/cgroup.procs); do cut -d' ' -f14,15 /proc/$pid/stat; done`);
      const used = await cpu();
      const { sessions, warnings } = await listJson(lab());
      expect(sessions.map(({ frozen }) => [frozen?.by, frozen?.reason, frozen?.ending, frozen?.fault])).toEqual([
        ["root", "INC-1", "thaw", null],
        ["root", "INC-1", "thaw", null],
      ]);
      expect(warnings).toEqual([]);
      expect((await lab().sshctl(["list"])).stdout).toMatch(/FROZEN.*\n.*until \d\d:\d\d, then thawed/);
      expect((await lab().sshctl(["show", String(pid)])).stdout).toMatch(
        /^frozen +by root since .*, INC-1, until .*, then thawed/m,
      );
      expect([numbersOf(printing).length, typing.process.stdout.includes("typed-42"), await cpu()]).toEqual([
        arrived,
        false,
        used,
      ]);
      // Evidence is taken while it stands still, and into a new directory only.
      const kept = ["--for", "10m", "--then", "thaw", "--evidence", "/root/case-1"];
      const withEvidence = await lab().sshctl(["freeze", String(typed), "--yes", ...kept, "-o", "json"]);
      expect({ code: withEvidence.exitCode, ...(documentOf(withEvidence) as object) }).toMatchObject({
        code: 0,
        outcome: "frozen",
        evidence: { place: "/root/case-1", manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect((await lab().sshctl(["freeze", String(typed), "--yes", ...kept])).exitCode).toBe(2);
      expect((await listJson(lab())).sessions.map(({ frozen }) => frozen?.ending)).toEqual(["thaw", "thaw"]);
      // Freezing it again sets another time, and leaves one guard.
      expect(await freezeJson(pid, "--for", "1h", "--then", "kill")).toMatchObject({ exitCode: 0, ending: "kill" });
      expect((await timers()).split("\n")).toHaveLength(4);
      expect(await thawJson(pid)).toMatchObject({ exitCode: 0, outcome: "thawed", freeze: { ending: "kill" } });
      expect(await thawJson(typed)).toMatchObject({ exitCode: 0, outcome: "thawed" });
      await goesOn(printing);
      await typing.waitFor(/typed-42/);
      expect(isWithoutGap(numbersOf(printing))).toBe(true);
      expect([printing.process.exitCode, typing.process.exitCode]).toEqual([undefined, undefined]);
      expect((await lab().sshctl(["thaw", String(pid)])).exitCode).toBe(1);
      await isClean();
    });

    test("whatever step sshctl is killed at, the session goes on in time", { timeout: 600_000 }, async () => {
      await lab().writeFile("/tmp/kill-at.cjs", killAt);
      const client = await open(openCommand(lab(), {}, counting));
      const pid = String(await pidOf(client));
      let frozenDeaths = 0;
      for (let step = 1; ; step += 1) {
        const args = ["freeze", pid, "--for", "5s", "--then", "thaw", "--yes"];
        const { exitCode } = await lab().run([node, "--require", "/tmp/kill-at.cjs", sshctl, ...args], {
          env: { KILL_AT: String(step) },
        });
        const { sessions } = await listJson(lab());
        frozenDeaths += exitCode === 137 && sessions.some(({ frozen }) => frozen !== null) ? 1 : 0;
        await goesOn(client);
        if (exitCode !== 137) break;
        expect(step).toBeLessThan(60);
      }
      expect(frozenDeaths).toBeGreaterThan(0);
      expect(isWithoutGap(numbersOf(client))).toBe(true);
      expect((await lab().must("journalctl -q -t sshctl")).match(/outcome="thawed by its guard"/g)).not.toBeNull();
      await lab().must("rm -rf /run/sshctl/frozen");
    });

    test("its guard kills all of it when the time is up, and the session is closed", { timeout }, async () => {
      const client = await open(openShell(lab()));
      client.write("setsid nohup sleep 1021 >/dev/null 2>&1 &\n");
      await lab().must("until pgrep -x -f 'sleep 1021'; do sleep 0.05; done");
      const pid = await pidOf(client);
      const { id } = await freezeJson(pid, "--for", "5s", "--then", "kill");
      expect(await client.exited).toBe(255);
      await isClean();
      expect((await lab().sh("pgrep -x -f 'sleep 1021'")).stdout).toBe("");
      expect((await listJson(lab())).sessions).toEqual([]);
      const record = await lab().must(`journalctl -q -t sshctl -o cat | grep 'id="${id ?? ""}"' | tail -n 1`);
      expect(record).toMatch(/act="kill" .* result="done" .*outcome="ended by KILL by its guard"/);
      // root's monitor is its only process on the oldest, and KILL ends that; alice's closes the session.
      await expect
        .poll(async () => lab().must("loginctl list-sessions --no-legend | grep -c -v manager || true"))
        .toBe("0\n");
    });

    describe("what ends sessions", () => {
      /** A session whose background writes into a file as long as it runs. */
      async function frozen(): Promise<{ client: SshShell; pid: number; size: () => Promise<string> }> {
        const client = await open(openShell(lab()));
        client.write(
          "rm -f /tmp/grows; setsid nohup sh -c 'while :; do echo >>/tmp/grows; sleep 0.02; done' >/dev/null 2>&1 &\n",
        );
        await lab().must("until [ -s /tmp/grows ]; do sleep 0.05; done");
        const pid = await pidOf(client);
        await freezeJson(pid, "--for", "10m", "--then", "thaw");
        return { client, pid, size: async () => lab().must("stat -c %s /tmp/grows") };
      }

      test(
        "kill ends a frozen one, and its client knows; with --everything nothing of it runs again",
        { timeout },
        async () => {
          const one = await frozen();
          const gentle = await killJson(lab(), ["kill", String(one.pid)]);
          expect(gentle).toMatchObject({
            exitCode: 0,
            json: { sessions: [{ outcome: { kind: "ended", signal: "TERM" } }] },
          });
          expect(await one.client.exited).toBe(255);
          await isClean();
          await lab().must("pkill -f '[/]tmp/grows'");

          const two = await frozen();
          const before = await two.size();
          const all = await killJson(lab(), ["kill", String(two.pid), "--everything", "--yes"]);
          expect(all).toMatchObject({
            exitCode: 0,
            json: { sessions: [{ outcome: { kind: "ended" }, leftBehind: [] }] },
          });
          expect(await two.client.exited).toBe(255);
          expect(await two.size()).toBe(before);
          expect(all.json.sessions[0]?.records?.openForLogind).not.toBe(true);
          await isClean();
        },
      );

      test("kill ends what somebody else has frozen, of which list warns", { timeout }, async () => {
        const client = await open(openShell(lab()));
        const pid = await pidOf(client);
        const { cgroup } = await json<FreezeDocument>("freeze-1", ["freeze", String(pid), "--dry-run"]);
        await lab().must(
          `echo 1 >${cgroup ?? ""}/cgroup.freeze; until grep -q 'frozen 1' ${cgroup ?? ""}/cgroup.events; do sleep 0.02; done`,
        );
        expect((await listJson(lab())).warnings.map(({ code }) => code)).toEqual(["frozen-unguarded"]);
        expect((await lab().sshctl(["thaw", String(pid)])).exitCode).toBe(1);
        expect((await killJson(lab(), ["kill-all", "--yes"])).exitCode).toBe(0);
        expect(await client.exited).toBe(255);
      });

      test("lock ends frozen sessions of the account", { timeout }, async () => {
        await lab().must("usermod -p '*' alice");
        const client = await open(openShell(lab()));
        await freezeJson(await pidOf(client), "--for", "10m", "--then", "thaw");
        const done = await lab().sshctl(["lock", "alice", "--yes", "-o", "json"], { timeoutMs: 60_000 });
        expect(await client.exited).toBe(255);
        expect({ code: done.exitCode, complete: (documentOf(done) as { complete: boolean }).complete }).toEqual({
          code: 0,
          complete: true,
        });
        expect((await lab().sshctl(["unlock", "alice", "--yes"])).exitCode).toBe(0);
        await isClean();
      });
    });

    test("refuses what others would wait for, what is protected, and its own", { timeout }, async () => {
      const refused = async (words: readonly string[], machine: Machine = lab()): Promise<RunResult> =>
        machine.sshctl(["freeze", ...words]);
      const client = await open(openShell(lab()));
      const pid = String(await pidOf(client));
      const yes = [pid, "--then", "thaw", "--yes"];
      expect(await refused([pid, "--yes"])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("--then thaw"),
      });
      expect(await refused([pid, "--then", "thaw"])).toMatchObject({ exitCode: 6 });
      expect(await refused(["alice"])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("sshctl lock alice"),
      });
      expect(await refused([...yes, "--for", "1s"])).toMatchObject({ exitCode: 2 });
      await lab().writeFile("/etc/sshctl/protected", "alice\n");
      expect(await refused(yes)).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining("--even-protected alice"),
      });
      await lab().must("rm /etc/sshctl/protected");
      expect((await lab().sshctl(["freeze", ...yes], { user: "alice" })).exitCode).toBe(4);

      client.write("sudo sh -c 'nc -l 127.0.0.1 7777 & exec flock /var/lib/dpkg/lock sleep 1022' &\n");
      await lab().must("until pgrep -x -f 'sleep 1022' && ss -Hltn | grep -q :7777; do sleep 0.05; done");
      const dangerous = await refused(yes);
      expect(dangerous.exitCode).toBe(6);
      for (const why of [
        /nc \(PID \d+\) listens/,
        /holds the lock \/var\/lib\/dpkg\/lock, of packages/,
        /sleep \(PID \d+\) runs as root/,
      ])
        expect(dangerous.stderr).toMatch(why);
      expect((await listJson(lab())).sessions[0]?.frozen).toBeNull();
      expect(await freezeJson(Number(pid), "--then", "thaw", "--even-dangerous")).toMatchObject({ exitCode: 0 });
      expect(await thawJson(Number(pid))).toMatchObject({ exitCode: 0 });
      await lab().must("pkill -x -f 'sleep 1022'; pkill -x -f 'nc -l 127.0.0.1 7777'");

      const own = await open(openShell(lab(), { user: "root" }));
      expect(await own.ask(`${node} ${sshctl} freeze $$ --then thaw --yes; echo "code $?"`)).toMatch(
        /own session[^]*code 6/,
      );
      await isClean();
    });

    test("without a scope of its own it is stopped by signals, and said to be weaker", { timeout }, async () => {
      await lab().writeFile("/etc/ssh/sshd_config.d/00-pam.conf", "UsePAM no\n");
      await lab().must("usermod -p '*' bob");
      await reloadSshd(lab());
      try {
        const client = await open(openCommand(lab(), { user: "bob" }, counting));
        const pid = await pidOf(client);
        expect((await lab().sshctl(["freeze", String(pid), "--dry-run"])).stdout).toContain("weaker");
        const done = await freezeJson(pid, "--for", "10m", "--then", "thaw");
        expect(done).toMatchObject({ exitCode: 0, means: "signals", cgroup: null, stillForMs: 200 });
        const arrived = numbersOf(client).length;
        expect((await listJson(lab())).sessions[0]?.frozen?.fault).toBeNull();
        expect(numbersOf(client).length).toBe(arrived);
        expect(await thawJson(done.id ?? "")).toMatchObject({ exitCode: 0, outcome: "thawed" });
        await goesOn(client);
        // And by the guard.
        expect(await freezeJson(pid, "--for", "5s", "--then", "thaw")).toMatchObject({ exitCode: 0 });
        await goesOn(client);
        expect(isWithoutGap(numbersOf(client))).toBe(true);
        await isClean();
        expect(await freezeJson(pid, "--for", "10m", "--then", "thaw")).toMatchObject({ exitCode: 0 });
        expect(await killJson(lab(), ["kill", String(pid)])).toMatchObject({ exitCode: 0 });
        expect(await client.exited).toBe(255);
        await isClean();
      } finally {
        await lab().must("rm /etc/ssh/sshd_config.d/00-pam.conf");
        await reloadSshd(lab());
      }
    });
  },
);
