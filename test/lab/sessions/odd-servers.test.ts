import { expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { openCommand, openSftp, openShell, openTunnel, type SshClient } from "../machine/ssh-client.ts";
import { reloadSshd } from "../reload-sshd.ts";
import type { KillJson } from "../kill/kill-json.ts";
import { listJson, networkListeners, rowOf } from "../sessions-json.ts";

describeOldestAndNewest("sshd adopts sockets of the service manager, or cannot", (suite) => {
  const lab = useMachine(suite.name);

  test("keeps sessions of a listener that was restarted, and of one that was stopped", async () => {
    const shell = await openShell(lab());
    const root = await openShell(lab(), { user: "root" });
    const before = await listJson(lab());
    await lab().must("systemctl restart ssh");
    const after = await listJson(lab());
    expect(networkListeners(after).map(({ pid }) => pid)).not.toEqual(networkListeners(before).map(({ pid }) => pid));
    await lab().must("systemctl stop ssh");
    const stopped = await listJson(lab());
    expect(networkListeners(stopped)).toEqual([]);
    for (const client of [shell, root]) {
      expect(rowOf(after, client)).toMatchObject({ id: rowOf(before, client).id, local: client.remote });
      expect(rowOf(stopped, client)).toMatchObject({ id: rowOf(before, client).id, local: client.remote });
    }
    await lab().must("systemctl start ssh");
  });

  test("keeps sessions that are older than an upgrade of the package", async () => {
    const shell = await openShell(lab());
    const { pid, id } = rowOf(await listJson(lab()), shell);
    const program = await lab().must(
      `exe=$(readlink /proc/${String(pid)}/exe); cp -p $exe $exe.new; mv $exe.new $exe; echo $exe`,
    );
    expect(await lab().must(`readlink /proc/${String(pid)}/exe`)).toBe(`${program.trim()} (deleted)\n`);
    expect(rowOf(await listJson(lab()), shell)).toMatchObject({ id, user: "alice", kind: "shell" });
  });

  test("keeps a session whose monitor was killed", async () => {
    const shell = await openShell(lab());
    const { pid, monitorPid } = rowOf(await listJson(lab()), shell);
    if (monitorPid === null) throw new Error("no monitor");
    await lab().signal(monitorPid, "KILL");
    await expect
      .poll(async () => rowOf(await listJson(lab()), shell))
      .toMatchObject({ pid, monitorPid: null, user: "alice", kind: "shell", phase: "open" });
  });

  test("keeps a session whose server is stopped while its client resets the connection", async () => {
    const shell = await openShell(lab(), { user: "root" });
    const { pid, id, ttys } = rowOf(await listJson(lab()), shell);
    await lab().signal(shell.pid, "STOP");
    // What the client has not read when it dies makes the kernel reset the connection (RFC 1122, 4.2.2.13).
    await lab().must(`echo unread >/dev/${ttys[0] ?? ""}`);
    const unread = `ss -Htn sport = ${String(shell.local.port)} | awk '{ print $2 }'`;
    await expect.poll(async () => lab().must(unread)).not.toBe("0\n");
    await lab().signal(pid, "STOP");
    await lab().signal(shell.pid, "KILL");
    await shell.exited;
    const { sessions } = await listJson(lab());
    expect(sessions.filter((session) => session.id === id)).toEqual([
      expect.objectContaining({ user: "root", peer: null, kind: "shell" }),
    ]);
    await lab().signal(pid, "CONT");
    await expect.poll(async () => (await listJson(lab())).sessions.map((session) => session.id)).not.toContain(id);
  });

  test("knows the built-in sftp server", async () => {
    await lab().writeFile("/etc/ssh/sshd_config.d/01-sftp.conf", "Match User deploy\n  ForceCommand internal-sftp\n");
    await reloadSshd(lab());
    const sftp = await openSftp(lab(), { user: "deploy" });
    const master = rowOf(await listJson(lab()), sftp);
    expect(master).toMatchObject({ kind: "sftp", command: "internal-sftp", user: "deploy", ttys: [], busy: null });
  });

  test("lists sessions of a server that the service manager starts for each connection", async () => {
    await lab().writeFile("/etc/systemd/system/each.socket", "[Socket]\nListenStream=2424\nAccept=yes\n");
    await lab().writeFile(
      "/etc/systemd/system/each@.service",
      "[Service]\nExecStart=-/usr/sbin/sshd -i\nStandardInput=socket\nRuntimeDirectory=sshd\nRuntimeDirectoryPreserve=yes\n",
    );
    await lab().must("systemctl start each.socket");
    const shell = await openShell(lab(), { port: 2424 });
    const root = await openTunnel(lab(), { port: 2424, user: "root" });
    const seen = await listJson(lab());
    expect(rowOf(seen, shell)).toMatchObject({ user: "alice", kind: "shell", peer: shell.local, local: shell.remote });
    expect(rowOf(seen, root)).toMatchObject({ user: "root", kind: "tunnel", peer: root.local, local: root.remote });
    expect(seen.listeners).toContainEqual(
      expect.objectContaining({ pid: 1, addresses: [expect.objectContaining({ port: 2424 })] }),
    );
    await Promise.all([shell.end(), root.end()]);
    await lab().must("systemctl stop each.socket");
  });

  const testWhereAdopted = suite.adoptsSockets ? test : () => undefined;
  testWhereAdopted("shows the IPv4 peer of a socket that serves both families", async () => {
    await lab().must("systemctl stop ssh && systemctl start ssh.socket");
    const idle = await listJson(lab());
    expect(networkListeners(idle)).toEqual([expect.objectContaining({ pid: 1 })]);
    const shell = await openShell(lab());
    const seen = await listJson(lab(), ["--from", "127.0.0.0/8"]);
    expect(rowOf(seen, shell)).toMatchObject({ peer: { ...shell.local, address: "127.0.0.1" }, local: { port: 22 } });
    await shell.end();
    await lab().must("systemctl stop ssh.socket ssh && systemctl start ssh");
  });

  test.each([
    ["network", "unshare --net"],
    ["PID and network", "unshare --net --pid --fork --kill-child --mount-proc"],
  ])("leaves out a container with its own %s namespace, and counts it", async (_, unshare) => {
    const script = [
      "ip link set lo up",
      "/usr/sbin/sshd -D -o PidFile=none & server=$!",
      "until nc -z 127.0.0.1 22; do :; done",
      "ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no bob@127.0.0.1 'echo open; cat'",
      "kill $server",
    ].join("\n");
    const container = await lab().spawn([...unshare.split(" "), "sh", "-c", script]);
    await container.waitFor(/open/);
    const without = await listJson(lab(), ["--user", "bob"]);
    const all = await listJson(lab(), ["--user", "bob", "--containers"]);
    expect(without).toMatchObject({ sessions: [], hidden: 1 });
    expect(all).toMatchObject({ sessions: [{ container: true, kind: "command", local: { port: 22 } }], hidden: 0 });
    expect(networkListeners(without)).toHaveLength(1);
    container.end();
    await container.exited;
  });

  test("is not taken in by processes that call themselves sshd", async () => {
    const expected = await listJson(lab());
    await lab().must("cp /bin/sleep ~/sshd-session; cp /bin/sleep ~/sshd", { user: "alice" });
    const titles = [
      "sshd-session: root@pts/9",
      "sshd: root@pts/9",
      "sshd-session: root [priv]",
      "sshd: x [listener] 0 of 10-100 startups",
    ];
    const shell = await openShell(lab());
    const impostors = await Promise.all(
      titles.flatMap((title) =>
        ["sshd-session", "sshd"].map(async (file) =>
          lab().spawn(["bash", "-c", 'exec -a "$0" "$HOME/$1" 1000', title, file], { user: "alice" }),
        ),
      ),
    );
    await shell.ask(
      'for p in sshd sshd-session; do (exec -a "sshd-session: root@pts/9" setsid ~/$p 1000 &); done; echo started',
    );
    const seen = await listJson(lab(), ["--phase", "any"]);
    expect(seen.sessions.map(({ id }) => id)).toEqual([
      ...expected.sessions.map(({ id }) => id),
      rowOf(seen, shell).id,
    ]);
    expect(seen.listeners).toEqual(expected.listeners);
    await Promise.all(impostors.map(async ({ pid }) => lab().signal(pid, "KILL")));
  });

  test("names the SSH server of an ordinary user, and believes nothing of it", async () => {
    const config = "Port 2525\nUsePAM no\nHostKey /home/bob/key\nPidFile none\nStrictModes no\n";
    await lab().must("ssh-keygen -q -t ed25519 -N '' -f ~/key", { user: "bob" });
    await lab().writeFile("/home/bob/config", config);
    const server = await lab().spawn(["/usr/sbin/sshd", "-D", "-e", "-f", "/home/bob/config"], { user: "bob" });
    await server.waitFor(/Server listening/, { on: "stderr" });
    const before = await listJson(lab());
    const command = await openCommand(lab(), { user: "bob", port: 2525 });
    const seen = await listJson(lab());
    expect(seen.sessions.filter(({ peer }) => peer?.port === command.local.port)).toEqual([]);
    expect(seen.listeners).toEqual(before.listeners.filter(({ pid }) => pid !== server.pid));
    expect(seen.warnings).toEqual([
      expect.objectContaining({
        code: "untrusted-server",
        message: expect.stringContaining(`PID ${String(server.pid)}`),
      }),
    ]);
    await command.end();
    await lab().signal(server.pid, "TERM");
  });

  test("names logins that are no SSH connections, so that nobody takes the machine for empty", async () => {
    await lab().must("cp /bin/sleep ~/mosh-server", { user: "alice" });
    const mosh = await lab().spawn(["/home/alice/mosh-server", "1000"], { user: "alice" });
    const { warnings } = await listJson(lab());
    expect(warnings).toContainEqual({
      code: "other-logins",
      message: expect.stringContaining(`1 login by mosh (PID ${String(mosh.pid)})`),
    });
    await lab().signal(mosh.pid, "TERM");
  });
});

/** Takes an open file of another process, pidfd_getfd(2), and keeps it. The numbers of both calls are the same on all machines. */
const thief = `
my ($pid, $fd) = @ARGV;
my $process = syscall(434, $pid + 0, 0);
die "pidfd_open: $!" if $process < 0;
die "pidfd_getfd: $!" if syscall(438, $process, $fd + 0, 0) < 0;
$| = 1;
print "held\n";
sleep 1000;
`;

describeEverySuite(
  "sshd serves a connection itself, or by sshd-session and sshd-auth, whose paths can be set",
  (suite) => {
    const lab = useMachine(suite.name);
    const renamesWorkers = suite.sessionProcess === "sshd-session";
    const servers: { name: string; port: number; script: string; args?: string; isMeant?: boolean }[] = [
      {
        name: "a link",
        port: 2601,
        script: "ln -s /usr/sbin/sshd /usr/local/sbin/sftpd",
        args: "/usr/local/sbin/sftpd",
      },
      {
        name: "a copy that is called like it",
        port: 2602,
        script: "cp /usr/sbin/sshd /usr/local/sbin/sshd2",
        args: "/usr/local/sbin/sshd2",
      },
      {
        name: "a copy with a name of its own",
        port: 2603,
        script: "install -D /usr/sbin/sshd /opt/vendor/gate",
        args: "/opt/vendor/gate",
      },
      {
        name: "a wrapper that renames it once more",
        port: 2604,
        script: "install -D /usr/sbin/sshd /opt/vendor/gate.real",
        args: "/usr/bin/env -i PATH=/usr/bin:/bin /opt/vendor/gate.real",
      },
      { name: "its own, in an empty environment", port: 2606, script: ":", args: "/usr/bin/env -i /usr/sbin/sshd" },
      {
        name: "copies of its workers, too",
        port: 2605,
        script:
          "cp -r /usr/lib/openssh /opt/vendor/lib; cp /usr/sbin/sshd /opt/vendor/door; cd /opt/vendor/lib; mv sshd-session worker; [ ! -e sshd-auth ] || mv sshd-auth talker",
        args: `/opt/vendor/door -o SshdSessionPath=/opt/vendor/lib/worker${suite.openssh.startsWith("9.") ? "" : " -o SshdAuthPath=/opt/vendor/lib/talker"}`,
        isMeant: renamesWorkers,
      },
    ];

    test.each(servers.filter(({ isMeant = true }) => isMeant))(
      "$name: its sessions are listed, counted and ended",
      async ({ port, script, args = "" }) => {
        await lab().must(`mkdir -p /opt/vendor; ${script}`);
        const unit = `odd-${String(port)}`;
        // As a service whose sessions live on where it ends: what is ended here is ended by sshctl.
        await lab().must(
          `systemd-run -q --unit ${unit} -p KillMode=process ${args} -D -p ${String(port)} -o PidFile=none`,
        );
        await lab().must(`until nc -z 127.0.0.1 ${String(port)}; do sleep 0.05; done`);
        const clients: SshClient[] = [
          await openShell(lab(), { port }),
          await openShell(lab(), { port, user: "root" }),
          await openTunnel(lab(), { port, user: "bob" }),
        ];
        const seen = await listJson(lab(), ["--local-port", String(port)]);
        expect(clients.map((client) => [rowOf(seen, client).user, rowOf(seen, client).kind])).toEqual([
          ["alice", "shell"],
          ["root", "shell"],
          ["bob", "tunnel"],
        ]);
        expect(seen.sessions).toHaveLength(3);
        expect(seen.warnings).toEqual([]);
        expect(seen.listeners.flatMap(({ addresses }) => addresses.map((address) => address.port))).toContain(port);
        expect(
          await lab().must(`/opt/node/bin/node /opt/sshctl/bin/sshctl.js count --local-port ${String(port)}`),
        ).toBe("3\n");
        const { stdout, stderr, exitCode } = await lab().sshctl([
          "kill-all",
          "--local-port",
          String(port),
          "--yes",
          "-o",
          "json",
        ]);
        const { sessions } = documentOf({ stdout, stderr, exitCode }) as KillJson;
        expect(new Set(sessions.map(({ session }) => session.peer?.port))).toEqual(
          new Set(clients.map(({ local }) => local.port)),
        );
        expect([exitCode, sessions.map(({ outcome }) => outcome?.kind)]).toEqual([0, ["ended", "ended", "ended"]]);
        expect(await Promise.all(clients.map(async ({ exited }) => exited))).toEqual([255, 255, 255]);
        await lab().must(`systemctl stop ${unit}`);
      },
    );

    test("a connection that another process has taken over is told with its PID and peer", async () => {
      const shell = await openShell(lab());
      const { pid, monitorPid, peer } = rowOf(await listJson(lab()), shell);
      const fd = await lab().must(
        `for f in /proc/${String(pid)}/fd/*; do case $(readlink $f) in socket:*) i=$(readlink $f | tr -dc 0-9); ! grep -q " $i " /proc/net/tcp || echo "\${f##*/}"; esac; done`,
      );
      const holder = await lab().spawn(["perl", "-e", thief, String(pid), fd.trim()]);
      await holder.waitFor(/held/);
      for (const each of [pid, monitorPid]) if (each !== null) await lab().signal(each, "KILL");
      await expect.poll(async () => (await listJson(lab())).sessions).toEqual([]);
      const { sessions, warnings } = await listJson(lab());
      expect(sessions).toEqual([]);
      expect(warnings).toMatchObject([{ code: "unexplained-connection" }]);
      expect(warnings[0]?.message).toContain(
        `${peer?.address ?? ""}:${String(peer?.port)} (PID ${String(holder.pid)}, perl)`,
      );
      const until = await lab().sshctl(["watch", "-o", "lines", "--until-none", "--interval", "0.2", "--wait", "1"]);
      expect(until.exitCode).toBe(1);
      await lab().signal(holder.pid, "KILL");
      await shell.exited;
      await expect.poll(async () => (await listJson(lab())).warnings).toEqual([]);
    });
  },
);
