/** Logins that PAM keeps before the session begins or after it is over: a module that waits for a FIFO, and clients that know. */
import { afterEach, expect, test } from "vitest";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
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
        expect(JSON.parse(shown.stdout)).toMatchObject({ session: { id: row.id, phase: "opening", user } });
        const until = await lab().sshctl(["watch", "-o", "lines", "--until-none", "--interval", "0.2", "--wait", "1"]);
        expect(until.exitCode).toBe(1);
        const { stdout, exitCode } = await lab().sshctl(["kill-all", "--yes", "-o", "json"]);
        expect(exitCode).toBe(0);
        const { sessions } = JSON.parse(stdout) as KillJson;
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
      const { stdout, exitCode } = await lab().sshctl(["kill", row.id, "--grace", "1", "-o", "json"]);
      expect(exitCode).toBe(0);
      const { sessions } = JSON.parse(stdout) as KillJson;
      expect(sessions).toMatchObject([{ outcome: { kind: "ended", signal: "KILL" } }]);
      expect(await listJson(lab(), ["--phase", "any"])).toMatchObject({ sessions: [], closing: 0 });
      expect(stream.of(shell.local.port).map(({ event }) => event)).toEqual(["closed"]);
      await lab().signal(stream.process.pid, "TERM");
    });

    test.each(users)("the end of %s is proven even where PAM does not close the session", async (user) => {
      const gate = await shut("close_session", user);
      const shell = await openShell(lab(), { user });
      const { id } = rowOf(await listJson(lab()), shell);
      const { stdout, exitCode } = await lab().sshctl(["kill", id, "--grace", "1", "-o", "json"]);
      await held(gate);
      expect(exitCode).toBe(0);
      expect((JSON.parse(stdout) as KillJson).sessions).toMatchObject([{ outcome: { kind: "ended", signal: "KILL" } }]);
      expect(await shell.exited).toBe(255);
    });
  },
);
