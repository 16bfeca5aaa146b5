import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describeEverySuite, requireLab, useMachine } from "./machine/lab-test.ts";
import { Machine } from "./machine/machine.ts";
import { isRunning } from "./machine/process-identity.ts";
import { startDropbear } from "./machine/dropbear.ts";
import {
  openCommand,
  openLegacyScp,
  openMaster,
  openReverseTunnel,
  openSftp,
  openShell,
  openSilent,
  openTerminalCommand,
  openTunnel,
  type SshClient,
  type Target,
} from "./machine/ssh-client.ts";

type Opener = (machine: Machine, target: Target) => Promise<SshClient>;

const openers: readonly (readonly [string, Opener])[] = [
  ["a shell", openShell],
  ["a command", openCommand],
  ["a command on a terminal", openTerminalCommand],
  ["sftp", openSftp],
  ["legacy scp", openLegacyScp],
  ["a tunnel", openTunnel],
  ["a reverse tunnel", (machine, target) => openReverseTunnel(machine, "8000:127.0.0.1:22", target)],
  ["a master", async (machine, target) => (await openMaster(machine, target)).client],
  ["a connection that says nothing", openSilent],
];

/** The ports that are connected to one of the server's, as the kernel sees it. */
async function peersOf(machine: Machine, port: number): Promise<number[]> {
  const rows = await machine.must(`ss --tcp --numeric --no-header state established "( sport = :${String(port)} )"`);
  return [...rows.matchAll(/:(\d+) *$/gm)].map(([, peer]) => Number(peer));
}

describeEverySuite((suite) => {
  const lab = useMachine(suite.name);

  test("has the OpenSSH of its generation", async () => {
    const { stderr } = await lab().run(["ssh", "-V"]);
    expect(stderr).toContain(`OpenSSH_${suite.openssh}`);
  });

  test("runs the host's Node", async () => {
    const { stdout } = await lab().run(["/opt/node/bin/node", "--version"], { user: "alice" });
    expect(stdout).toBe(`${process.version}\n`);
  });

  test.each(["alice", "carol", "root", "dom.user-x", "alice@corp.example", String.raw`CORP\bob`, "Zoë Smith"])(
    "lets %s log in, and server and client name the same peer",
    async (user) => {
      const shell = await openShell(lab(), { user });
      const answer = await shell.ask('id -un; echo "$SSH_CONNECTION"');
      const { local, remote } = shell;
      expect(answer).toBe(`${user}\n${local.address} ${String(local.port)} ${remote.address} ${String(remote.port)}\n`);
      await shell.end();
    },
  );

  test.each(openers)("%s is open, from the port that its client names", async (_, open) => {
    const client = await open(lab(), { user: "bob", host: "::1", port: 2222 });
    expect(await peersOf(lab(), 2222)).toContain(client.local.port);
    await client.end();
    expect(await peersOf(lab(), 2222)).not.toContain(client.local.port);
  });

  test("sessions can share a connection", async () => {
    const over = await openMaster(lab(), { user: "bob" });
    const shells = [await openShell(lab(), { over }), await openShell(lab(), { over })];
    const ports = await Promise.all(shells.map(async (shell) => shell.ask("echo ${SSH_CONNECTION#* }")));
    expect(new Set(ports)).toEqual(new Set([`${String(over.client.local.port)} 127.0.0.1 22\n`]));
    await over.client.end();
  });

  test("dropbear can run beside sshd", async () => {
    const server = await startDropbear(lab());
    const shell = await openShell(lab(), { port: 2200 });
    expect(await peersOf(lab(), 2200)).toContain(shell.local.port);
    await shell.end();
    await lab().signal(server.pid, "TERM");
    await server.exited;
  });

  test("a stopped machine leaves nothing behind, even with a session open", { timeout: 15_000 }, async () => {
    requireLab();
    const machine = await Machine.boot(suite.name);
    const shell = await openShell(machine);
    await machine.stop();
    await shell.exited;
    expect(await isRunning(machine.record.init)).toBe(false);
    expect(existsSync(machine.record.cgroup)).toBe(false);
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain("sshctl-lab");
  });
});
