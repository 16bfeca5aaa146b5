/** One terminal of a shared connection: what is said before all of it ends, and what is left when only that one does. */
import { afterEach, describe, expect, test } from "vitest";
import { killJson } from "./kill-json.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { openCommand, openMaster, openSftp, openShell, type SshClient, type SshShell } from "../machine/ssh-client.ts";
import { listJson, rowOf } from "../sessions-json.ts";

describeEverySuite("which process serves a connection, and who closes its channels", (suite) => {
  const lab = useMachine(suite.name);
  const opened: SshClient[] = [];

  async function open<T extends SshClient>(client: Promise<T>): Promise<T> {
    opened.push(await client);
    return client;
  }

  /** A client that carries a port, two shells, a command and a transfer over one connection. */
  async function openShared(user: string, port: number) {
    const master = await openMaster(lab(), { user, args: ["-R", `${String(port)}:127.0.0.1:22`] });
    opened.push(master.client);
    const over = { user, over: master };
    return {
      master: master.client,
      first: await open(openShell(lab(), over)),
      second: await open(openShell(lab(), over)),
      command: await open(openCommand(lab(), over)),
      sftp: await open(openSftp(lab(), over)),
    };
  }

  const ttyOf = async (shell: SshShell) => (await shell.ask("tty")).trim().replace("/dev/", "");
  /** PIDs of everything on a terminal. */
  const onTerminal = async (tty: string) =>
    (await lab().sh(`ps -o pid= -t ${tty}`)).stdout.split("\n").flatMap((line) => (line === "" ? [] : Number(line)));

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (client) => client.end()));
  });

  test.each(["alice", "root"])("--only-this ends one terminal of %s's, and nothing else", async (user) => {
    const { master, first, second, command, sftp } = await openShared(user, 9902);
    const [tty, other] = [await ttyOf(first), await ttyOf(second)];
    first.write("sleep 1000\n");
    await expect.poll(async () => onTerminal(tty)).toHaveLength(2);
    const before = rowOf(await listJson(lab()), master);
    expect(before.ttys).toEqual([tty, other]);
    expect(before.channels.map(({ kind, tty: on }) => [kind, on])).toEqual([
      ["shell", tty],
      ["shell", other],
      ["command", null],
      ["sftp", null],
    ]);
    const { json, exitCode, stderr } = await killJson(lab(), ["kill", tty, "--only-this"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const leader = before.channels.find((each) => each.tty === tty)?.pid;
    expect(json.sessions).toMatchObject([
      {
        victims: [leader],
        channel: { tty },
        connectionStays: true,
        outcome: { kind: "ended", signal: "HUP" },
        leftBehind: [],
      },
    ]);
    // Its own client is told that the shell has ended by HUP, and ends with it; ssh(1) has 255 for that.
    expect(await first.exited).toBe(255);
    expect(await onTerminal(tty)).toEqual([]);
    const after = rowOf(await listJson(lab()), master);
    expect(after).toMatchObject({ id: before.id, pid: before.pid, ttys: [other], forwards: before.forwards });
    expect(after.channels.map(({ pid }) => pid)).toEqual(
      before.channels.map(({ pid }) => pid).filter((pid) => pid !== leader),
    );
    expect(await second.ask("echo alive")).toMatch(/^alive$/m);
    for (const client of [master, second, command, sftp]) expect(client.process.exitCode).toBeUndefined();
    command.write("still there\n");
    await command.waitFor(/still there/);
    // The forwarded port still leads to the client's side.
    expect(await lab().must("nc -w 5 127.0.0.1 9902 </dev/null | head -c 4")).toBe("SSH-");
  });

  test("without it, all that goes along is named before, and ends", async () => {
    const { master, first, second, command, sftp } = await openShared("alice", 9902);
    const [tty, other] = [await ttyOf(first), await ttyOf(second)];
    const asked = await lab().sshctl(["kill", tty]);
    expect(asked.exitCode).toBe(6);
    expect(asked.stderr).toMatch(
      new RegExp(
        `^sshctl: ${tty} shares .*: this also ends ${other}, cat \\(PID \\d+\\), sftp \\(PID \\d+\\) and -R 9902; "sshctl kill ${tty} --only-this"`,
        "m",
      ),
    );
    expect(await first.ask("echo alive")).toMatch(/^alive$/m);
    expect((await killJson(lab(), ["kill", tty, "--yes"])).exitCode).toBe(0);
    for (const client of [master, first, second, command, sftp]) expect(await client.exited).toBe(255);
  });

  describe("what ignores the end of its terminal", () => {
    test("goes on after --only-this as after any end, and a shell that ignores HUP gets KILL", async () => {
      const { master, first, second } = await openShared("alice", 9902);
      const [tty, other] = [await ttyOf(first), await ttyOf(second)];
      await first.ask("nohup sleep 1001 >/dev/null 2>&1 & trap '' HUP");
      const { json, exitCode } = await killJson(lab(), ["kill", tty, "--only-this", "--grace", "1s"]);
      expect(exitCode).toBe(0);
      expect(json.sessions).toMatchObject([
        { outcome: { kind: "ended", signal: "KILL" }, leftBehind: [{ command: "sleep" }], connectionStays: true },
      ]);
      await lab().signal(json.sessions[0]?.leftBehind?.[0]?.pid ?? 0, "KILL");
      expect(await first.exited).toBe(255);
      expect(rowOf(await listJson(lab()), master).ttys).toEqual([other]);
    });
  });

  test("what a connection carries cannot end alone without a terminal, and neither can what runs inside of one", async () => {
    const { master, first, command } = await openShared("alice", 9902);
    const { channels } = rowOf(await listJson(lab()), master);
    for (const { kind, tty, pid } of channels.filter((each) => each.tty === null)) {
      const { exitCode, stderr } = await lab().sshctl(["kill", String(pid), "--only-this"]);
      expect([kind, tty, exitCode, stderr]).toEqual([kind, null, 2, expect.stringContaining("has no terminal")]);
    }
    first.write("sudo -i\n");
    await first.waitFor(/root@\S+:~#/);
    const [inside] = rowOf(await listJson(lab(), ["--root-inside"]), master).rootInside ?? [];
    expect(inside).toMatchObject({ command: "bash" });
    const refused = await lab().sshctl(["kill", String(inside?.pid), "--only-this"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect((await listJson(lab(), ["--not-root-inside"])).sessions).toEqual([]);
    expect(command.process.exitCode).toBeUndefined();
  });

  test.each([
    ["su", "sudo su -c"],
    ["sudo", "sudo sh -c"],
  ])("root inside by %s is seen, and is no more when it has ended", async (_, become) => {
    const shell = await open(openShell(lab()));
    expect(rowOf(await listJson(lab()), shell).rootInside).toEqual([]);
    shell.write(`${become} 'echo inside-$((1)); exec sh'\n`);
    await shell.waitFor(/inside-1/);
    const ours = rowOf(await listJson(lab()), shell);
    const theirs = (await listJson(lab(), [], { user: "bob" })).sessions.find(({ id }) => id === ours.id);
    expect(ours.rootInside).not.toEqual([]);
    expect(theirs?.rootInside).toEqual(ours.rootInside);
    shell.write("exit\n");
    // What is typed before sudo has ended, it reads.
    await expect.poll(async () => rowOf(await listJson(lab()), shell).rootInside, { timeout: 10_000 }).toEqual([]);
    expect(await shell.ask("echo alive")).toMatch(/^alive$/m);
  });

  test("asking for root's password is not being root", async () => {
    await lab().must("echo root:secret | chpasswd");
    const shell = await open(openShell(lab()));
    shell.write("su -\n");
    await shell.waitFor(/assword/);
    expect(rowOf(await listJson(lab()), shell).rootInside).toEqual([]);
  });
});
