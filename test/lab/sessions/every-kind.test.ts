import { beforeAll, describe, expect, test } from "vitest";
import { clientSocket } from "../machine/client-socket.ts";
import { startDropbear } from "../machine/dropbear.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
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
  type SshShell,
  type Target,
} from "../machine/ssh-client.ts";
import { listJson, networkListeners, rowOf, type SessionsJson } from "../sessions-json.ts";

/** What a shell says about its own connection: the truth that its row is held against. */
async function tellsOfItself(shell: SshShell) {
  const facts = 'echo "$PPID $(tty) $(id -u) ${XDG_SESSION_ID:--}"; ps -o ppid= -p $PPID';
  const [pid = "", tty = "", uid = "", logindSession = "", parent = ""] = (await shell.ask(facts)).trim().split(/\s+/);
  return {
    pid: Number(pid),
    parent: Number(parent),
    ttys: [tty.replace("/dev/", "")],
    uid: Number(uid),
    logindSession: logindSession === "-" ? null : logindSession,
  };
}

describeEverySuite("names, titles and parents of the server's processes", (suite) => {
  const lab = useMachine(suite.name);

  describe("a machine with every kind of session", () => {
    const clients = new Map<string, SshClient>();
    const shells = new Map<string, SshShell>();
    let openedFromMs = 0;
    let seen: SessionsJson;

    async function openAll(machine: Machine): Promise<void> {
      const shell = async (name: string, target?: Target) => {
        const opened = await openShell(machine, target);
        clients.set(name, opened);
        shells.set(name, opened);
      };
      await shell("shell");
      await shell("ipv6", { host: "::1", port: 2222 });
      await shell("root", { user: "root" });
      for (const user of ["dom.user-x", "alice@corp.example", String.raw`CORP\bob`, "Zoë Smith"])
        await shell(user, { user });
      await shell("dropbear", { port: 2200 });
      clients.set("command", await openCommand(machine, { user: "bob" }));
      clients.set("terminal command", await openTerminalCommand(machine));
      clients.set("sftp", await openSftp(machine, { user: "deploy" }));
      clients.set("scp", await openLegacyScp(machine));
      clients.set("tunnel", await openTunnel(machine));
      clients.set("root tunnel", await openReverseTunnel(machine, "9903:127.0.0.1:22", { user: "root" }));
      clients.set("reverse tunnel", await openReverseTunnel(machine, "9902:127.0.0.1:22"));
      clients.set("dropbear command", await openCommand(machine, { port: 2200, user: "bob" }));
      clients.set(
        "dropbear tunnel",
        await openReverseTunnel(machine, "9904:127.0.0.1:22", { port: 2200, user: "bob" }),
      );
      clients.set("silent", await openSilent(machine));
      clients.set("silent dropbear", await openSilent(machine, { port: 2200 }));
    }

    beforeAll(async () => {
      openedFromMs = Date.now();
      await startDropbear(lab());
      await openAll(lab());
      seen = await listJson(lab(), ["--phase", "any"]);
    });

    const client = (name: string): SshClient => {
      const found = clients.get(name);
      if (found === undefined) throw new Error(`no client ${name}`);
      return found;
    };
    const row = (name: string) => rowOf(seen, client(name));

    test("has one row for every connection and none beside them", () => {
      const ports = new Set(seen.sessions.map(({ peer }) => peer?.port));
      expect(ports).toEqual(new Set([...clients.values()].map(({ local }) => local.port)));
      expect(seen.sessions).toHaveLength(clients.size);
      expect(new Set(seen.sessions.map(({ id }) => id)).size).toBe(clients.size);
    });

    test("names the ends of every connection as its client does", () => {
      for (const [name, { local, remote }] of clients) {
        expect(row(name), name).toMatchObject({ peer: local, local: remote });
      }
    });

    test("knows every open session's start", () => {
      for (const { startedAt } of seen.sessions) {
        const startedAtMs = Date.parse(startedAt ?? "");
        expect(startedAtMs).toBeGreaterThanOrEqual(openedFromMs - 1000);
        expect(startedAtMs).toBeLessThanOrEqual(Date.now());
      }
    });

    test.each([
      ["shell", "alice"],
      ["ipv6", "alice"],
      ["root", "root"],
      ["dom.user-x", "dom.user-x"],
      ["alice@corp.example", "alice@corp.example"],
      [String.raw`CORP\bob`, String.raw`CORP\bob`],
      ["Zoë Smith", "Zoë Smith"],
      ["dropbear", "alice"],
    ])("describes the shell of %s as the shell itself does", async (name, user) => {
      const shell = shells.get(name);
      if (shell === undefined) throw new Error(name);
      const { parent, ...facts } = await tellsOfItself(shell);
      const hasMonitor = name !== "dropbear" && (user !== "root" || suite.rootHasMonitor);
      expect(row(name)).toMatchObject({
        ...facts,
        user,
        monitorPid: hasMonitor ? parent : null,
        kind: "shell",
        phase: "open",
        server: name === "dropbear" ? "dropbear" : "openssh",
        command: "bash",
        busy: false,
        container: false,
        self: false,
      });
      expect(row(name).id).toMatch(new RegExp(`^${String(hasMonitor ? parent : facts.pid)}:\\d+$`));
      expect(row(name).idleSeconds).toBeLessThan(60);
      expect(row(name).quietSeconds).toBeLessThan(60);
    });

    const noTty = { ttys: [], idleSeconds: null, quietSeconds: null };
    test.each([
      ["command", { user: "bob", kind: "command", command: "cat", busy: true, ...noTty }],
      ["terminal command", { user: "alice", kind: "command", command: "cat", busy: true }],
      ["sftp", { user: "deploy", kind: "sftp", command: "sftp-server", busy: null, ...noTty }],
      ["scp", { user: "alice", kind: "scp", command: "scp", busy: true, ...noTty }],
      ["tunnel", { user: "alice", kind: "tunnel", command: null, busy: false, ...noTty }],
      ["reverse tunnel", { user: "alice", kind: "tunnel", command: null, busy: false, ...noTty }],
      ["root tunnel", { user: "root", uid: 0, kind: "tunnel", command: null, busy: false, ...noTty }],
      ["dropbear command", { user: "bob", kind: "command", command: "cat", busy: true, ...noTty }],
      ["dropbear tunnel", { kind: "tunnel", command: null, busy: false, ...noTty }],
    ])("tells what a %s is", (name, facts) => {
      expect(row(name)).toMatchObject({ ...facts, phase: "open" });
    });

    test.each(["silent", "silent dropbear"])("knows nobody behind the %s connection", (name) => {
      const unknown = { user: null, uid: null, kind: null, command: null, busy: null, monitorPid: null, ...noTty };
      expect(row(name)).toMatchObject({ phase: "authenticating", ...unknown });
    });

    test("shows open connections only, and counts the others, where no phase is asked for", async () => {
      const open = await listJson(lab());
      expect(open.sessions.map(({ id }) => id)).toEqual(
        seen.sessions.filter(({ phase }) => phase === "open").map(({ id }) => id),
      );
      expect(open.authenticating).toBe(2);
      const { stdout } = await lab().sshctl(["count"]);
      expect(stdout).toBe(`${String(clients.size - 2)}\n`);
    });

    test("names the listeners with their ports", () => {
      const ports = networkListeners(seen).map(({ server, addresses }) => [
        server,
        [...new Set(addresses.map(({ port }) => port))],
      ]);
      expect(ports).toEqual([
        ["openssh", [22, 2222]],
        ["dropbear", [2200]],
      ]);
    });

    test("shows an ordinary user the same rows, without what the kernel hides", async () => {
      const theirs = await listJson(lab(), [], { user: "alice" });
      const facts = ({ id, pid, user, kind, ttys }: SessionsJson["sessions"][number]) => ({
        id,
        pid,
        user,
        kind,
        ttys,
      });
      const expected = seen.sessions.filter(({ phase, server }) => phase === "open" && server === "openssh").map(facts);
      expect(theirs.sessions.filter(({ server }) => server === "openssh").map(facts)).toEqual(expected);
      expect(rowOf(theirs, client("shell")).self).toBe(false);
      expect(theirs.sessions.filter(({ user, peer }) => user === "bob" && peer !== null)).toEqual([]);
      expect(theirs.warnings.map(({ code }) => code)).toEqual(["needs-root"]);
    });
  });

  test("shows a shared connection once, with all its terminals, and its identity never changes", async () => {
    const master = await openMaster(lab(), { user: "bob" });
    const alone = rowOf(await listJson(lab()), master.client);
    expect(alone).toMatchObject({ user: "bob", kind: "tunnel", ttys: [] });
    const first = await openShell(lab(), { user: "bob", over: master });
    const second = await openShell(lab(), { user: "bob", over: master });
    const ttys = [await first.ask("tty"), await second.ask("tty")].map((tty) => tty.trim().replace("/dev/", ""));
    const shared = rowOf(await listJson(lab()), master.client);
    expect(shared).toMatchObject({ id: alone.id, kind: "shell", ttys, busy: false });
    await openSftp(lab(), { user: "bob", over: master });
    expect(rowOf(await listJson(lab()), master.client)).toMatchObject({ id: alone.id, kind: "mixed", ttys });
    await master.client.end();
  });

  test("keeps the identity of a connection from before its authentication", async () => {
    // The client asks for the password by a program that waits until it may answer.
    await lab().must("echo bob:secret | chpasswd; mkfifo /tmp/asked /tmp/answer");
    await lab().writeFile("/tmp/ask", "#!/bin/sh\necho >/tmp/asked\ncat /tmp/answer\n", "755");
    const options = ["-o", "StrictHostKeyChecking=no", "-o", "PreferredAuthentications=password"];
    const client = await lab().spawn(["ssh", ...options, "bob@127.0.0.1", "echo open; cat"], {
      env: { SSH_ASKPASS: "/tmp/ask", SSH_ASKPASS_REQUIRE: "force", DISPLAY: "none" },
    });
    await lab().must("cat /tmp/asked");
    const { local } = await clientSocket(lab(), client.pid, 22);
    const before = rowOf(await listJson(lab(), ["--phase", "any"]), { local });
    expect(before).toMatchObject({ phase: "authenticating", user: null });
    await lab().must("echo secret >/tmp/answer");
    await client.waitFor(/open/);
    expect(rowOf(await listJson(lab()), { local })).toMatchObject({ phase: "open", user: "bob", id: before.id });
    client.end();
  });
});
