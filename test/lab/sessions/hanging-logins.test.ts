/**
 * Logins that PAM keeps before the session begins or after it is over: a module that waits for a FIFO, and clients that know. And what
 * sessions leave behind, of which logind and the control groups know.
 */
import { afterEach, expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell, openWaitingShell, type SshClient } from "../machine/ssh-client.ts";
import type { KillJson } from "../kill/kill-json.ts";
import { listJson, rowOf } from "../sessions-json.ts";
import { EventStream } from "../watch/event-stream.ts";

const script = `#!/bin/sh
gate=/run/gate-$PAM_TYPE-$PAM_USER
[ -p "$gate" ] && echo $$ >"$gate.held" && read -r _ <"$gate"
exit 0
`;

describeEverySuite(
  "what a monitor without a child looks like, and whether a session child that has ended is still there",
  (suite) => {
    const lab = useMachine(suite.name);
    const opened: SshClient[] = [];
    // Where root has a monitor, too, its logins are like all others.
    const users = suite.rootHasMonitor ? ["alice"] : ["alice", "root"];
    let isSetUp = false;

    /** From now on PAM waits there for this user. */
    async function shut(stage: "open_session" | "close_session", user: string): Promise<string> {
      if (!isSetUp) {
        await lab().writeFile("/usr/local/sbin/gate", script, "755");
        await lab().must("echo 'session optional pam_exec.so quiet /usr/local/sbin/gate' >>/etc/pam.d/sshd");
      }
      isSetUp = true;
      const gate = `/run/gate-${stage}-${user}`;
      await lab().must(`mkfifo ${gate}`);
      return gate;
    }

    const held = async (gate: string) => lab().must(`until [ -s ${gate}.held ]; do sleep 0.05; done`);
    const open = async (gate: string) => lab().must(`echo >${gate}`);

    afterEach(async () => {
      // What still waits at a gate is what the test has left there.
      await lab().must(
        `for held in /run/gate-*.held; do [ ! -e "$held" ] || kill "$(cat "$held")" || :; done; rm -f /run/gate-*`,
      );
      await Promise.all(opened.splice(0).map(async (client) => client.end()));
      await expect.poll(async () => (await listJson(lab(), ["--phase", "any"])).sessions).toEqual([]);
    });

    async function login(user: string): ReturnType<typeof openWaitingShell> {
      const waiting = await openWaitingShell(lab(), { user });
      opened.push(waiting.shell);
      return waiting;
    }

    test.each(users)(
      "%s, whose session PAM does not open, is shown, not called nobody, and can be ended",
      async (user) => {
        const gate = await shut("open_session", user);
        const { shell } = await login(user);
        await held(gate);
        expect(await listJson(lab())).toMatchObject({
          sessions: [],
          authenticating: 0,
          opening: 1,
          closing: 0,
          warnings: [],
        });
        const row = rowOf(await listJson(lab(), ["--phase", "opening", "--user", user, "--auth"]), shell);
        expect(row).toMatchObject({ phase: "opening", user, monitorPid: null, kind: null, ttys: [] });
        expect(row.auth).toMatchObject({ method: "publickey", verified: true });
        const shown = await lab().sshctl(["show", `127.0.0.1:${String(shell.local.port)}`, "-o", "json"]);
        expect(documentOf(shown)).toMatchObject({ session: { id: row.id, phase: "opening", user } });
        const until = await lab().sshctl(["watch", "-o", "lines", "--until-none", "--interval", "0.2", "--wait", "1"]);
        expect(until.exitCode).toBe(1);
        const { stdout, stderr, exitCode } = await lab().sshctl(["kill-all", "--yes", "-o", "json"]);
        expect(exitCode).toBe(0);
        const { sessions } = documentOf({ stdout, stderr, exitCode }) as KillJson;
        expect(sessions).toMatchObject([{ session: { id: row.id }, outcome: { kind: "ended", signal: "TERM" } }]);
        expect(await shell.exited).toBe(255);
        expect(await listJson(lab(), ["--phase", "any"])).toMatchObject({ sessions: [] });
      },
    );

    test("a session that PAM opens late is told when it is open", async () => {
      const gate = await shut("open_session", "alice");
      const all = await EventStream.open(lab(), ["--phase", "any"], "0.1");
      const usual = await EventStream.open(lab(), [], "0.1");
      const { shell, isOpen } = await login("alice");
      const { port } = shell.local;
      await held(gate);
      await all.until((event) => event.session?.peer?.port === port && event.session.phase === "opening");
      expect(usual.of(port)).toEqual([]);
      await open(gate);
      await isOpen();
      await Promise.all([all.untilTold(port, "authenticated"), usual.untilTold(port, "opened")]);
      expect(rowOf(await listJson(lab()), shell)).toMatchObject({ phase: "open", kind: "shell", user: "alice" });
      await shell.end();
      await Promise.all([all.untilTold(port, "closed"), usual.untilTold(port, "closed")]);
      // What a row tells may change in between, as its command does.
      const lasting = usual.of(port).filter(({ event }) => event !== "changed");
      expect(lasting.map(({ event }) => event)).toEqual(["opened", "closed"]);
      expect([...all.violations(), ...usual.violations()]).toEqual([]);
      for (const { process } of [all, usual]) await lab().signal(process.pid, "TERM");
    });

    test.each(users)("%s, whose session PAM does not close, is gone for who lists, and can be ended", async (user) => {
      const gate = await shut("close_session", user);
      const shell = await openShell(lab(), { user });
      const before = rowOf(await listJson(lab()), shell);
      const stream = await EventStream.open(lab(), [], "0.2");
      await shell.end();
      await held(gate);
      await stream.untilTold(shell.local.port, "closed");
      expect(await listJson(lab())).toMatchObject({ sessions: [], opening: 0, closing: 1 });
      const row = rowOf(await listJson(lab(), ["--phase", "closing", "--user", user]), shell);
      expect(row).toMatchObject({ id: before.id, phase: "closing", user, monitorPid: null });
      const nobody = await lab().sshctl(["kill-all", "--yes"]);
      expect(nobody.exitCode).toBe(1);
      expect(nobody.stderr).toContain("1 session still being closed");
      const { stdout, stderr, exitCode } = await lab().sshctl(["kill", row.id, "--grace", "1", "-o", "json"]);
      expect(exitCode).toBe(0);
      const { sessions } = documentOf({ stdout, stderr, exitCode }) as KillJson;
      expect(sessions).toMatchObject([{ outcome: { kind: "ended", signal: "KILL" } }]);
      expect(await listJson(lab(), ["--phase", "any"])).toMatchObject({ sessions: [], closing: 0 });
      expect(stream.of(shell.local.port).map(({ event }) => event)).toEqual(["closed"]);
      await lab().signal(stream.process.pid, "TERM");
    });

    test.each(users)("the end of %s is proven even where PAM does not close the session", async (user) => {
      const gate = await shut("close_session", user);
      const shell = await openShell(lab(), { user });
      const { id } = rowOf(await listJson(lab()), shell);
      const { stdout, stderr, exitCode } = await lab().sshctl(["kill", id, "--grace", "1", "-o", "json"]);
      await held(gate);
      expect(exitCode).toBe(0);
      expect((documentOf({ stdout, stderr, exitCode }) as KillJson).sessions).toMatchObject([
        { outcome: { kind: "ended", signal: "KILL" } },
      ]);
      expect(await shell.exited).toBe(255);
    });

    /** A session of alice's or root's that is over, and has left `commands` behind. */
    async function leave(user: string, commands: string): Promise<{ id: string; pids: () => Promise<number[]> }> {
      const shell = await openShell(lab(), { user });
      const id = (await shell.ask("echo $XDG_SESSION_ID")).trim();
      await shell.ask(commands);
      await shell.end();
      await lab().must(`until loginctl show-session -p State ${id} | grep -q closing; do sleep 0.05; done`);
      const scope = `/sys/fs/cgroup/user.slice/user-${user === "root" ? "0" : "1000"}.slice/session-${id}.scope`;
      // Where it is gone, there is nothing in it.
      const pids = async () => {
        const { stdout } = await lab().sh(`cat ${scope}/cgroup.procs`);
        return stdout
          .split("\n")
          .filter(Boolean)
          .map(Number)
          .toSorted((a, b) => a - b);
      };
      // The shell ends a moment later.
      await lab().must(`until ! grep -qx bash $(sed 's|.*|/proc/&/comm|' ${scope}/cgroup.procs); do sleep 0.05; done`);
      return { id, pids };
    }

    const stubborn = `(trap "" TERM HUP; exec setsid sh -c 'while :; do sleep 1000; done' >/dev/null 2>&1 </dev/null) &`;

    test("what a session has left behind is no connection, nags nobody, and is shown and ended where it is asked for", async () => {
      const bystander = await openShell(lab());
      opened.push(bystander);
      await bystander.ask("sleep 1002 & true");
      const { id, pids } = await leave("alice", `nohup sleep 1001 >/dev/null 2>&1 & ${stubborn} true`);
      const { id: other, pids: others } = await leave("alice", "setsid sleep 1003 >/dev/null 2>&1 </dev/null & true");
      expect(await listJson(lab())).toMatchObject({ sessions: [{}], opening: 0, closing: 0, warnings: [] });
      expect((await listJson(lab(), ["--phase", "any"])).sessions).toHaveLength(1);
      const { sessions } = await listJson(lab(), ["--phase", "leftover"]);
      expect(new Set(sessions.map(({ logindSession }) => logindSession))).toEqual(new Set([id, other]));
      const row = sessions.find(({ logindSession }) => logindSession === id);
      expect(row).toMatchObject({ phase: "leftover", user: "alice", uid: 1000, peer: null, self: false });
      const left = await pids();
      expect(left).toContain(row?.pid);
      const began = await lab().must(`date -d "$(loginctl show-session -p Timestamp --value ${id})" +%s`);
      expect(Date.parse(row?.startedAt ?? "")).toBe(Number(began) * 1000);
      const counted = await lab().sshctl(["count", "--by", "phase", "--phase", "any,leftover", "-o", "csv"]);
      expect(counted.stdout.split("\n")).toEqual(expect.arrayContaining([expect.stringMatching(/,leftover,2$/)]));
      const shown = await lab().sshctl(["show", String(left.at(-1)), "-o", "json"]);
      const document = documentOf(shown) as { session: object; processes: { pid: number }[] };
      expect(document.session).toMatchObject({ logindSession: id, phase: "leftover" });
      expect(document.processes.map(({ pid }) => pid).toSorted((a, b) => a - b)).toEqual(left);

      const unasked = await lab().sshctl(["kill", `session:${id}`]);
      expect(unasked.exitCode).toBe(6);
      expect(unasked.stderr).toContain(`${String(left.length)} processes`);
      expect(await pids()).toEqual(left);
      const killed = await lab().sshctl(["kill", `session:${id}`, "--yes", "--grace", "1", "-o", "json"]);
      expect(killed.exitCode).toBe(0);
      const [end] = (documentOf(killed) as KillJson).sessions;
      expect(end).toMatchObject({ outcome: { kind: "ended", signal: "KILL" }, leftBehind: [] });
      expect(end?.victims.toSorted((a, b) => a - b)).toEqual(left);
      expect(await pids()).toEqual([]);
      await lab().must(`until ! loginctl show-session ${id} >/dev/null 2>&1; do sleep 0.05; done`);
      expect(await others()).toHaveLength(1);
      expect(await bystander.ask("jobs -r | grep -c 1002")).toContain("1");
      const all = await lab().sshctl(["kill-all", "--phase", "leftover", "--yes", "-o", "json"]);
      expect(all.exitCode).toBe(0);
      expect((documentOf(all) as KillJson).sessions).toMatchObject([{ session: { logindSession: other } }]);
      expect(await others()).toEqual([]);
      expect((await listJson(lab())).sessions).toHaveLength(1);
    });

    test("nobody ends what is left behind from within it", async () => {
      const kill = `${node} ${sshctl} kill session:$XDG_SESSION_ID --include-self --yes`;
      const inside = `until [ -e /tmp/over ]; do sleep 0.1; done; ${kill}; echo $? >/tmp/inside; sleep 1000`;
      const { pids } = await leave("root", `nohup sh -c '${inside}' >/tmp/said 2>&1 & true`);
      await lab().must("touch /tmp/over; until [ -s /tmp/inside ]; do sleep 0.05; done");
      expect(await lab().must("cat /tmp/inside /tmp/said")).toMatch(/^6\n[^]*End it from another session\./);
      expect(await pids()).toHaveLength(2);
      const { exitCode } = await lab().sshctl(["kill-all", "--phase", "leftover", "--user", "root", "--yes"]);
      expect(exitCode).toBe(0);
      expect(await pids()).toEqual([]);
    });
  },
);
