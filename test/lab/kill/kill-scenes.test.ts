/** Ending sessions as administrators do: from inside of one, by other backends, with everything, against adversaries. */
import { afterEach, describe, expect, test } from "vitest";
import { killJson, type KillJson } from "./kill-json.ts";
import { documentOf } from "../machine/document.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";
import { openCommand, openShell, openSftp, openTunnel, type SshClient, type SshShell } from "../machine/ssh-client.ts";
import { listJson, networkListeners, rowOf } from "../sessions-json.ts";

const tool = `${node} ${sshctl}`;

/** The peer ports of the sessions that were ended, in their order. */
function endedPorts({ sessions }: KillJson): number[] {
  return sessions.filter(({ outcome }) => outcome?.kind === "ended").map(({ session }) => session.peer?.port ?? 0);
}

/** The clients' own ports. */
function portsOf(clients: readonly SshClient[]): Set<number> {
  return new Set(clients.map(({ local }) => local.port));
}

/** The JSON document in what a terminal shows. */
function documentIn(text: string): KillJson {
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as KillJson;
}

describeOldestAndNewest(
  "sessions are served by sshd alone, or by sshd-session with a monitor for root, too",
  (suite) => {
    const lab = useMachine(suite.name);
    const opened: SshClient[] = [];

    async function open<T extends SshClient>(client: Promise<T>): Promise<T> {
      opened.push(await client);
      return client;
    }

    /** Lets a session start something that sleeps for so many seconds and is left to itself. */
    async function leave(shell: SshShell, command: string, seconds: number): Promise<number> {
      shell.write(`${command} >/dev/null 2>&1 &\n`);
      const find = `until pgrep -n -x -f 'sleep ${String(seconds)}'; do sleep 0.05; done`;
      return Number((await lab().must(find)).trim().split("\n").at(-1));
    }

    const isRunning = async (machine: Machine, pid: number) =>
      (await machine.sh(`grep -q '^State:.[^ZX]' /proc/${String(pid)}/status`)).exitCode === 0;

    afterEach(async () => {
      await Promise.all(opened.splice(0).map(async (client) => client.end()));
    });

    describe("kill-all from inside of a session", () => {
      test.each<[string, (command: string) => string]>([
        ["sudo", (command) => `sudo ${command}`],
        ["su", (command) => `sudo su - -c '${command}'`],
      ])("spares that one over %s and ends the others", async (_, wrap) => {
        const own = await open(openShell(lab()));
        const others = [await open(openShell(lab())), await open(openTunnel(lab(), { user: "root" }))];
        const seen = documentIn(await own.ask(wrap(`${tool} kill-all --yes -o json`), { timeoutMs: 30_000 }));
        expect(new Set(endedPorts(seen))).toEqual(portsOf(others));
        expect(seen.spared.map(({ session, protection }) => [session.peer?.port, protection])).toEqual([
          [own.local.port, "own"],
        ]);
        for (const other of others) expect(await other.exited).toBe(255);
        expect(await own.ask("echo alive")).toMatch(/^alive$/m);
      });

      test("spares the session that tmux is attached from, not the one that it was started in", async () => {
        const [first, second] = [await open(openShell(lab())), await open(openShell(lab()))];
        await first.ask("tmux new-session -d -s work");
        second.write("TERM=xterm tmux attach -t work\n");
        await second.waitFor(/\[work\]/);
        await lab().must("rm -f /tmp/done; mkfifo -m 666 /tmp/done");
        const command = `sudo ${tool} kill-all --yes -o json >/tmp/seen 2>&1; echo >/tmp/done`;
        await lab().run(["tmux", "send-keys", "-t", "work", command, "Enter"], { user: "alice" });
        const seen = documentIn(await lab().must("timeout 30 cat /tmp/done; cat /tmp/seen"));
        expect(seen.spared.map(({ session }) => session.peer?.port)).toEqual([second.local.port]);
        expect(seen.spared[0]?.proof).toContain("tmux");
        expect(await first.exited).toBe(255);
        expect((await listJson(lab())).sessions.map(({ peer }) => peer?.port)).toEqual([second.local.port]);
        await lab().must("tmux kill-server", { user: "alice" });
      });

      test("spares both of two sessions, one opened from within the other", async () => {
        const outer = await open(openShell(lab(), { user: "root" }));
        const other = await open(openShell(lab()));
        const inner = `echo $SSH_CONNECTION; sudo ${tool} kill-all --yes -o json`;
        const said = await outer.ask(
          `ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no alice@127.0.0.1 '${inner}' 2>/dev/null`,
          { timeoutMs: 30_000 },
        );
        const seen = documentIn(said);
        expect(seen.spared.map(({ session }) => session.peer?.port)).toEqual([
          outer.local.port,
          Number(said.split(" ")[1]),
        ]);
        expect(endedPorts(seen)).toEqual([other.local.port]);
        expect(await other.exited).toBe(255);
      });

      test("ends the own session as well when told to, and the others before it", async () => {
        const [own, other] = [await open(openShell(lab())), await open(openShell(lab()))];
        own.write(`sudo ${tool} kill-all --yes --include-self -o json >/tmp/seen 2>&1\n`);
        expect(await other.exited).toBe(255);
        expect(await own.exited).toBe(255);
        await expect.poll(async () => lab().must("cat /tmp/seen")).toContain("appeared");
        const seen = documentIn(await lab().must("cat /tmp/seen"));
        expect(endedPorts(seen)).toEqual([other.local.port, own.local.port]);
        const entries = (await lab().must("journalctl -q -o json -t sshctl")).trim().split("\n");
        const told = entries.map((entry) => JSON.parse(entry) as Record<string, string>);
        for (const { local } of [own, other])
          expect(told).toContainEqual(
            expect.objectContaining({
              SSHCTL_PEER: `127.0.0.1:${String(local.port)}`,
              SSHCTL_CALLER: "root",
              SSHCTL_CALLER_LOGIN: "alice",
              SSHCTL_ID: seen.id,
              MESSAGE: expect.stringContaining('act="kill-all"'),
            }),
          );
      });

      test("does not end the own session by its name either", async () => {
        const own = await open(openShell(lab()));
        const said = await own.ask(`sudo ${tool} kill $(tty); echo "code $?"`, { timeoutMs: 20_000 });
        expect(said).toContain("is your own session: you run this inside it");
        expect(said).toContain("code 6");
      });
    });

    describe("other backends", () => {
      /** A root session on a generation without monitors is one process called like the listener. */
      test("pkill selects exactly the processes that kill would signal", async () => {
        const chosen = [
          await open(openShell(lab())),
          await open(openSftp(lab(), { user: "deploy" })),
          await open(openShell(lab(), { user: "root" })),
        ];
        const spared = await open(openShell(lab(), { user: "bob" }));
        for (const signal of ["TERM", "HUP", "KILL"]) {
          const plan = await killJson(lab(), [
            "kill-all",
            "--not-user",
            "bob",
            "--backend",
            "pkill",
            "-n",
            "-s",
            signal,
          ]);
          expect(plan.exitCode).toBe(0);
          expect(plan.json.commands.every(([program]) => program === "pkill")).toBe(true);
        }
        const { json, exitCode } = await killJson(lab(), ["kill-all", "--not-user", "bob", "--backend", "pkill", "-y"]);
        expect(exitCode).toBe(0);
        expect(new Set(endedPorts(json))).toEqual(portsOf(chosen));
        for (const client of chosen) expect(await client.exited).toBe(255);
        expect(await spared.ask("echo alive")).toMatch(/^alive$/m);
      });

      test("killall ends all sessions of a user, and refuses what it cannot tell apart", async () => {
        const chosen = [await open(openShell(lab())), await open(openTunnel(lab()))];
        const bob = await open(openShell(lab(), { user: "bob" }));
        const one = await lab().sshctl([
          "kill",
          String(rowOf(await listJson(lab()), chosen[0] ?? bob).pid),
          "--backend",
          "killall",
        ]);
        expect(one).toMatchObject({ exitCode: 2, stdout: "" });
        expect(one.stderr).toContain("must be spared");
        const { json, exitCode } = await killJson(lab(), [
          "kill-all",
          "--user",
          "alice",
          "--backend",
          "killall",
          "--yes",
        ]);
        expect(exitCode).toBe(0);
        expect(json.commands).toEqual([["killall", "--signal", "TERM", "--user", "alice", suite.sessionProcess]]);
        for (const client of chosen) expect(await client.exited).toBe(255);
        expect(await bob.ask("echo alive")).toMatch(/^alive$/m);
      });

      test("killall ends everybody's by their own commands where root has monitors", async () => {
        const users = ["root", "alice", "alice", "bob"];
        const shells = await Promise.all(users.map(async (user) => open(openShell(lab(), { user }))));
        const { stdout, stderr, exitCode } = await lab().sshctl([
          "kill-all",
          "--backend",
          "killall",
          "--yes",
          "-ojson",
        ]);
        const sessions = stdout === "" ? [] : (documentOf({ stdout, stderr, exitCode }) as KillJson).sessions;
        const outcomes = sessions.map(({ outcome }) => outcome?.kind);
        const ended = suite.rootHasMonitor ? shells : [];
        expect({ exitCode, outcomes }).toEqual({
          exitCode: suite.rootHasMonitor ? 0 : 2,
          outcomes: ended.map(() => "ended"),
        });
        for (const shell of ended) expect(await shell.exited).toBe(255);
      });

      const ofRoot = ["kill-all", "--user", "root", "--backend", "killall", "--yes"];

      test("killall ends root's sessions only where no listener and no other monitor bears their name", async () => {
        const root = await open(openShell(lab(), { user: "root" }));
        const bob = await open(openShell(lab(), { user: "bob" }));
        expect((await lab().sshctl(ofRoot)).exitCode).toBe(2);
        await bob.end();
        expect((await lab().sshctl([...ofRoot, "--signal", "KILL"])).exitCode).toBe(2);
        expect((await lab().sshctl(ofRoot)).exitCode).toBe(suite.rootHasMonitor ? 0 : 2);
        const left = (await listJson(lab())).sessions.map(({ peer }) => peer?.port);
        expect(left).toEqual(suite.rootHasMonitor ? [] : [root.local.port]);
      });
    });

    describe("what sessions leave behind", () => {
      test("is told, and left alone without --everything", async () => {
        const shell = await open(openShell(lab()));
        const pid = await leave(shell, "setsid nohup sleep 1000", 1000);
        const { json, exitCode } = await killJson(lab(), ["kill-all", "--user", "alice", "--yes"]);
        expect(exitCode).toBe(0);
        expect(json.sessions[0]?.leftBehind?.map((process) => process.command)).toEqual(["sleep"]);
        expect(await isRunning(lab(), pid)).toBe(true);
        await lab().signal(pid, "KILL");
      });

      test.each([
        ["the scope", ""],
        // What cannot be written to cannot end a scope.
        ["the process tree alone", "mount -o bind,remount,ro /sys/fs/cgroup &&"],
      ])("is ended with --everything by %s, also what forks as fast as it can", async (_, before) => {
        const [shell, other] = [await open(openShell(lab())), await open(openShell(lab()))];
        await leave(shell, "setsid nohup sleep 1001", 1001);
        await leave(shell, "sudo setsid sleep 1002", 1002);
        await leave(shell, "tmux -L mine new-session -d 'sleep 1003'", 1003);
        // What it starts ends by itself, or it would take the process numbers of all machines.
        await leave(shell, "setsid sh -c 'while :; do setsid sleep 1.04 & done'", 1.04);
        const spared = await leave(other, "setsid nohup sleep 1005", 1005);
        const id = rowOf(await listJson(lab()), shell).pid;
        const { stdout, stderr, exitCode } = await lab().run(
          [
            "unshare",
            "--mount",
            "sh",
            "-c",
            `mount --make-rprivate / && ${before} ${tool} kill ${String(id)} --everything --yes -o json`,
          ],
          { timeoutMs: 60_000 },
        );
        const seen = documentOf({ stdout, stderr, exitCode }) as KillJson;
        expect(seen.sessions[0]?.leftBehind).toEqual([]);
        expect(exitCode).toBe(0);
        expect((await lab().sh("pgrep -f 'sleep (100[1-4]|1.04)'")).stdout).toBe("");
        expect(await isRunning(lab(), spared)).toBe(true);
        expect(await other.ask("echo alive")).toMatch(/^alive$/m);
        await lab().signal(spared, "KILL");
      });
    });

    test("an ordinary user may end own sessions, and is told of others that they may not", async () => {
      const [own, other] = [await open(openShell(lab())), await open(openShell(lab(), { user: "bob" }))];
      const refused = await lab().sshctl(["kill-all", "--user", "bob", "--yes"], { user: "alice" });
      expect(refused).toMatchObject({ exitCode: 4, stdout: "" });
      expect(refused.stderr).toMatch(/bob on .*: not yours to end/);
      const plan = await killJson(lab(), ["kill-all", "--dry-run"], { user: "alice" });
      expect(plan.json.sessions.map(({ session, permitted }) => [session.user, permitted])).toEqual([
        ["alice", true],
        ["bob", false],
      ]);
      expect(await other.ask("echo alive")).toMatch(/^alive$/m);
      const allowed = await killJson(lab(), ["kill-all", "--user", "alice", "--yes"], { user: "alice" });
      expect(allowed.json.sessions.map(({ outcome }) => outcome?.kind)).toEqual(["ended"]);
      expect(allowed.exitCode).toBe(0);
      expect(await own.exited).toBe(255);
    });

    test("a stopped session child takes TERM only when it gets KILL, and is called stopped without", async () => {
      const client = await open(openCommand(lab()));
      const { pid } = rowOf(await listJson(lab()), client);
      await lab().signal(pid, "STOP");
      const gentle = await killJson(lab(), ["kill", String(pid), "--grace", "1", "--no-escalate"]);
      expect(gentle.json.sessions[0]?.outcome).toMatchObject({
        kind: "survived",
        why: expect.stringContaining("stopped"),
      });
      expect(gentle.exitCode).toBe(5);
      const hard = await killJson(lab(), ["kill", String(pid), "--grace", "1"]);
      expect(hard.json.sessions[0]?.outcome).toMatchObject({ kind: "ended", signal: "KILL" });
      expect(hard.exitCode).toBe(0);
      expect(await client.exited).toBe(255);
    });

    test("Ctrl-C ends the waiting, and what was done so far is told", async () => {
      const client = await open(openCommand(lab()));
      const { pid } = rowOf(await listJson(lab()), client);
      await lab().signal(pid, "STOP");
      const running = await lab().spawn([node, sshctl, "kill", String(pid), "--grace", "1h", "-o", "json"]);
      await lab().must(
        `until grep -q '^SigPnd:.*4000$' /proc/${String(pid)}/status /proc/${String(pid)}/task/*/status || grep -q '^ShdPnd:.*4000$' /proc/${String(pid)}/status; do sleep 0.05; done`,
      );
      await lab().signal(running.pid, "INT");
      expect(await running.exited).toBe(5);
      expect(documentIn(running.stdout).sessions[0]?.outcome?.kind).toBe("undecided");
      await lab().signal(pid, "CONT");
      expect(await client.exited).toBe(255);
    });

    test("a process that got the PID of a session meanwhile is not touched", async () => {
      const client = await open(openCommand(lab()));
      const { pid } = rowOf(await listJson(lab()), client);
      // A terminal for the question, which is answered only after the PID has a new owner.
      const asking = await lab().spawn(["script", "-qec", `${tool} kill-all --no-trunc`, "/dev/null"]);
      await asking.waitFor(/\[y\/N\]/);
      await client.end();
      const reuse = `for n in 1 2 3 4 5 6 7 8 9; do echo ${String(pid - 1)} >/proc/sys/kernel/ns_last_pid; sleep 1006 & [ $! = ${String(pid)} ] && exit 0; kill $!; done; exit 1`;
      await lab().must(`until ! [ -e /proc/${String(pid)} ]; do sleep 0.05; done; (${reuse}) >/dev/null 2>&1`);
      asking.write("y\n");
      expect(await asking.exited).toBe(0);
      expect(asking.stdout).toContain("its PID now belongs to another process, which was not touched");
      expect(await isRunning(lab(), pid)).toBe(true);
      await lab().signal(pid, "KILL");
    });

    test("answers only to yes, and does nothing without", async () => {
      const shell = await open(openShell(lab()));
      for (const answer of ["\n", "n\n", "\u0004", "\u0003"]) {
        const asking = await lab().spawn(["script", "-qec", `${tool} kill-all`, "/dev/null"]);
        await asking.waitFor(/\[y\/N\]/);
        asking.write(answer);
        expect(await asking.exited).toBe(6);
        expect(asking.stdout).toContain("Nothing was done");
      }
      expect((await lab().sshctl(["kill-all"])).exitCode).toBe(6);
      expect(await shell.ask("echo alive")).toMatch(/^alive$/m);
    });

    test("lets the administrator choose from a list", async () => {
      const chosen = await open(openShell(lab(), { user: "bob" }));
      const other = await open(openShell(lab()));
      const asking = await lab().spawn([
        "script",
        "-qec",
        `stty cols 120 rows 40; TERM=xterm ${tool} kill`,
        "/dev/null",
      ]);
      await asking.waitFor(/End which sessions\?/);
      await asking.waitFor(/USER +KIND +TTY +FROM +PID +LOGIN +IDLE +COMMAND/);
      asking.write("bob");
      await asking.waitFor(/filter: bob_/);
      // The row that is highlighted, without a mark.
      asking.write("\r");
      await asking.waitFor(/End 1 session on .*\[y\/N\]/);
      asking.write("y\r");
      expect(await asking.exited).toBe(0);
      expect(await chosen.exited).toBe(255);
      expect(await other.ask("echo alive")).toMatch(/^alive$/m);
    });

    describe("a warning", () => {
      test("reaches every terminal, and cannot be held up by one that is stopped", async () => {
        const [shell, stopped] = [await open(openShell(lab())), await open(openShell(lab(), { user: "bob" }))];
        const silent = await open(openTunnel(lab()));
        stopped.write("\u0013");
        const { stderr, json, exitCode } = await killJson(lab(), [
          "kill-all",
          "--yes",
          "--warn",
          "2",
          "--message",
          "Maintenance\u001b[2J at 18:00",
        ]);
        expect(exitCode).toBe(0);
        expect(endedPorts(json)).toHaveLength(3);
        expect(shell.process.stdout).toContain(`lab-${suite.name}: your SSH session will be ended in 2s`);
        expect(shell.process.stdout).toContain("Maintenance\\x1b[2J at 18:00");
        expect(stderr).toContain("has no terminal, so its user cannot be warned");
        for (const client of [shell, stopped, silent]) expect(await client.exited).toBe(255);
      });

      test("runs on to its end, and tells it, although the terminal of the one who warns is gone", async () => {
        const [own, other] = [
          await open(openShell(lab(), { user: "root" })),
          await open(openShell(lab(), { user: "bob" })),
        ];
        const command = `${tool} kill-all --user bob --warn 4s --yes -o json`;
        await lab().must("rm -f /tmp/end; mkfifo /tmp/end");
        // The shell outlives its terminal, to see how the command ends.
        await lab().writeFile("/tmp/warn", `trap : HUP\n${command} >/tmp/seen 2>/tmp/trouble\necho $? >/tmp/end\n`);
        own.write("sh /tmp/warn\n");
        await other.waitFor(/will be ended in 4s/);
        await own.end();
        expect((await lab().must("timeout 30 cat /tmp/end")).trim()).toBe("0");
        expect(await other.exited).toBe(255);
        expect(await lab().must("cat /tmp/trouble")).toBe("");
        expect(endedPorts(documentIn(await lab().must("cat /tmp/seen")))).toEqual([other.local.port]);
      });

      test("is taken back by Ctrl-C, and nothing is done", async () => {
        const shell = await open(openShell(lab()));
        const warning = await lab().spawn([node, sshctl, "kill-all", "--yes", "--warn", "1h"]);
        await shell.waitFor(/will be ended in 1h/);
        await lab().signal(warning.pid, "INT");
        expect(await warning.exited).toBe(6);
        await shell.waitFor(/will not be ended after all/);
        expect(await shell.ask("echo alive")).toMatch(/^alive$/m);
      });
    });

    test("a message reaches every terminal but the own one, ends nothing, and says who has none", async () => {
      const [own, bob] = [await open(openShell(lab())), await open(openShell(lab(), { user: "bob" }))];
      const [quiet, sftp] = [
        await open(openShell(lab(), { user: "bob" })),
        await open(openSftp(lab(), { user: "deploy" })),
      ];
      await quiet.ask("mesg n");
      const told = await own.ask(`sudo ${tool} message 'Reboot at 18:00' -o json; echo "code $?"`, {
        timeoutMs: 20_000,
      });
      for (const shell of [bob, quiet])
        await shell.waitFor(/: message from root \(logged in as alice\): Reboot at 18:00/);
      expect(told).toContain("code 0");
      const { sessions } = JSON.parse(told.slice(told.indexOf("{"), told.lastIndexOf("}") + 1)) as {
        sessions: { session: { peer: { port: number } }; outcome: string }[];
      };
      expect(new Map(sessions.map(({ session, outcome }) => [session.peer.port, outcome]))).toEqual(
        new Map([
          [own.local.port, "own"],
          [bob.local.port, "told"],
          [quiet.local.port, "told"],
          [sftp.local.port, "no-terminal"],
        ]),
      );
      expect(await bob.ask("echo alive")).toMatch(/^alive$/m);
      expect(await lab().must("journalctl -q -o cat -t sshctl SSHCTL_ACT=message")).toContain('text="Reboot at 18:00"');
    });

    test("before a reboot, only root can log in, and a watch says whom it waits for", async () => {
      const shell = await open(openShell(lab()));
      const login = (user: string) =>
        `ssh -i /root/.ssh/id_lab -o BatchMode=yes -o StrictHostKeyChecking=no ${user}@127.0.0.1 true`;
      await lab().must("echo 'Reboot at 18:00' >/run/nologin");
      const [alice, root] = [await lab().sh(login("alice")), await lab().sh(login("root"))];
      await lab().must("rm /run/nologin");
      expect([alice.exitCode, root.exitCode]).toEqual([255, 0]);
      expect(alice.stderr).toContain("Reboot at 18:00");
      const waited = await lab().sshctl(["watch", "-o", "lines", "--until-none", "--wait", "1s"]);
      expect(waited.exitCode).toBe(1);
      expect(waited.stderr).toMatch(
        new RegExp(
          `^sshctl: waiting for 1 session to end, at most 1s: PID \\d+, alice .*:${String(shell.local.port)}$`,
          "m",
        ),
      );
    });

    describe("the listener", () => {
      const service = "systemctl show -p MainPID --value ssh.service";

      test("is restarted only with a configuration that works, and no session notices", async () => {
        const spared = await open(openShell(lab(), { user: "bob" }));
        const before = (await lab().must(service)).trim();
        await lab().writeFile("/etc/ssh/sshd_config.d/broken.conf", "NoSuchOption yes\n");
        const refused = await lab().sshctl(["kill-all", "--user", "alice", "--restart-listener", "--yes"]);
        expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
        expect(refused.stderr).toContain("NoSuchOption");
        await lab().must("rm /etc/ssh/sshd_config.d/broken.conf");
        const shell = await open(openShell(lab()));
        const done = await lab().sshctl(["kill-all", "--user", "alice", "--restart-listener", "--yes"]);
        expect(done).toMatchObject({ exitCode: 0, stderr: "" });
        expect(done.stdout).toMatch(/^ssh\.service was restarted, and answers on every port$/m);
        expect(await shell.exited).toBe(255);
        expect((await lab().must(service)).trim()).not.toBe(before);
        expect(await spared.ask("echo alive")).toMatch(/^alive$/m);
        await open(openShell(lab()));
      });

      test("is ended only when that is asked for, with the way to start it again", async () => {
        const shell = await open(openShell(lab()));
        const plan = await lab().sshctl(["kill-all", "--include-listener", "--dry-run"]);
        expect(plan.stdout).toContain("nobody can log in until it is started again: systemctl start ssh.service");
        const done = await lab().sshctl(["kill-all", "--include-listener", "--yes"]);
        expect(done).toMatchObject({
          exitCode: 0,
          stdout: expect.stringMatching(/has ended: nobody can log in until/),
        });
        expect(await shell.exited).toBe(255);
        // What systemd holds beside the network is another way in.
        expect(networkListeners(await listJson(lab()))).toEqual([]);
        const refused = await lab().sshctl(["kill-all", "--restart-listener", "--yes"]);
        expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("No listener was found") });
        await lab().must("systemctl start ssh.service");
      });
    });
  },
);
