import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { describeEverySuite, requireLab, useMachine } from "./lab-test.ts";
import { Machine } from "./machine.ts";
import { isRunning } from "./process-identity.ts";
import { startDropbear } from "./dropbear.ts";
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
} from "./ssh-client.ts";

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

/** Lets the journal outlive the machine's next boot; the lab keeps it in memory otherwise. */
async function keepJournal(machine: Machine): Promise<void> {
  await machine.writeFile("/etc/systemd/journald.conf.d/zz-keep.conf", "[Journal]\nStorage=persistent\n");
  await machine.must("systemctl restart systemd-journald && journalctl --flush");
}

/** The ports that are connected to one of the server's, as the kernel sees it. */
async function peersOf(machine: Machine, port: number): Promise<number[]> {
  const rows = await machine.must(`ss --tcp --numeric --no-header state established "( sport = :${String(port)} )"`);
  return [...rows.matchAll(/:(\d+) *$/gm)].map(([, peer]) => Number(peer));
}

describeEverySuite("each has a root file system of its own", (suite) => {
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

  test("a stopped machine leaves nothing behind, even with a session open", async () => {
    requireLab();
    const machine = await Machine.boot(suite.name);
    const shell = await openShell(machine);
    await machine.stop();
    await shell.exited;
    expect(await isRunning(machine.record.init)).toBe(false);
    expect(existsSync(machine.record.cgroup)).toBe(false);
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain("sshctl-lab");
  });

  describe("a machine that boots again", () => {
    const own = useMachine(suite.name);
    const bootId = async () => (await own().must("cat /proc/sys/kernel/random/boot_id")).trim();

    const testWhereOwn = suite.protectedServicesSeeHostsBoot ? () => undefined : test;
    testWhereOwn("has its own boot ID from its first boot on, in every service", async () => {
      const id = await bootId();
      expect(id).not.toBe((await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim());
      const inside = "-p ProtectKernelTunables=yes -p ProtectControlGroups=yes -p PrivateTmp=yes";
      const seen = "cat /proc/sys/kernel/random/boot_id; journalctl -q --boot -n 1 -o cat | wc -l";
      await own().must("logger lab-has-booted; journalctl --sync");
      expect(await own().must(`systemd-run -q --wait --pipe ${inside} sh -c '${seen}'`)).toBe(`${id}\n1\n`);
    });

    test.each([
      ["reboot", "alice", async () => own().reboot(), "pam_unix(sshd:session): session closed for user alice\n"],
      ["crash", "bob", async () => own().crash(), ""],
    ])("keeps what was written over a %s, under another boot ID", async (name, user, again, sessionEnd) => {
      await keepJournal(own());
      const shell = await openShell(own(), { user });
      await shell.ask(`echo kept >${name}`);
      await own().must(`useradd --create-home of-${name}`);
      const before = await bootId();
      await own().must("journalctl --sync");
      await again();
      expect(await shell.exited).not.toBe(0);
      const after = await bootId();
      expect(after).not.toBe(before);
      expect(await own().must(`cat ${name}; id -un of-${name}`, { user })).toBe(`kept\nof-${name}\n`);
      const boots = (await own().must("journalctl -q --list-boots")).replaceAll(/^.*?\b([0-9a-f]{32})\b.*$/gm, "$1");
      expect(boots.trim().split("\n").slice(-2)).toEqual([before, after].map((id) => id.replaceAll("-", "")));
      const ends = `journalctl -q -b -1 -o cat | grep -F 'pam_unix(sshd:session): session closed for user ${user}' || :`;
      expect(await own().must(ends)).toBe(sessionEnd);
      await (await openShell(own(), { user: "carol" })).end();
    });
  });
});
