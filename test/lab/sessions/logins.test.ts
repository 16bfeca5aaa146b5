import { describe, expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { clientSocket } from "../machine/client-socket.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import { openReverseTunnel, openShell, openTunnel } from "../machine/ssh-client.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson, rowOf, type SessionsJson } from "../sessions-json.ts";

/** What ssh-keygen says of the key that opens every account of the lab. */
async function labFingerprint(machine: Machine): Promise<string> {
  return (await machine.must("ssh-keygen -lf /root/.ssh/id_lab.pub")).split(" ")[1] ?? "";
}

const byJournal = { source: "journal", verified: true };

describeOldestAndNewest("the journal names sshd or sshd-session as the program that tells of a login", (suite) => {
  const lab = useMachine(suite.name);

  test("names the key of every login, with the comment beside it", async () => {
    const [shell, root] = [await openShell(lab()), await openTunnel(lab(), { user: "root" })];
    const seen = await listJson(lab(), ["--auth"]);
    const key = { method: "publickey", keyType: "ED25519", fingerprint: await labFingerprint(lab()), comment: "lab" };
    for (const client of [shell, root]) {
      expect(rowOf(seen, client).auth).toEqual({ ...key, certificate: null, ...byJournal });
    }
    await Promise.all([shell.end(), root.end()]);
  });

  test("tells logins by key from logins by password, and finds those of one key", async () => {
    await lab().must("echo bob:secret | chpasswd");
    await lab().writeFile("/tmp/ask", "#!/bin/sh\necho secret\n", "755");
    const byPassword = await lab().spawn(
      [
        "ssh",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "PreferredAuthentications=password",
        "bob@127.0.0.1",
        "echo open; cat",
      ],
      { env: { SSH_ASKPASS: "/tmp/ask", SSH_ASKPASS_REQUIRE: "force", DISPLAY: "none" } },
    );
    await byPassword.waitFor(/open/);
    const { local } = await clientSocket(lab(), byPassword.pid, 22);
    const shell = await openShell(lab());
    expect(rowOf(await listJson(lab(), ["--auth"]), { local }).auth).toMatchObject({
      method: "password",
      keyType: null,
      fingerprint: null,
      ...byJournal,
    });
    const fingerprint = await labFingerprint(lab());
    for (const key of [fingerprint, fingerprint.slice(0, 15), "lab"]) {
      const ports = (await listJson(lab(), ["--key", key])).sessions.map(({ peer }) => peer?.port);
      expect(ports).toEqual([shell.local.port]);
    }
    const others = (await listJson(lab(), ["--not-key", fingerprint])).sessions.map(({ peer }) => peer?.port);
    expect(others).toEqual([local.port]);
    byPassword.end();
    await shell.end();
  });

  test("names certificate, serial and authority", async () => {
    await lab().must("cd /tmp && ssh-keygen -q -t ed25519 -N '' -f ca && ssh-keygen -q -t ed25519 -N '' -f user");
    await lab().must("cd /tmp && ssh-keygen -q -s ca -I 'alice laptop (serial 7) CA x' -n alice -z 42 user.pub");
    await lab().writeFile("/etc/ssh/sshd_config.d/02-ca.conf", "TrustedUserCAKeys /tmp/ca.pub\n");
    await lab().must("chmod 644 /tmp/ca.pub");
    await reloadSshd(lab());
    const options = ["-o", "IdentitiesOnly=yes", "-i", "/tmp/user", "-o", "StrictHostKeyChecking=no"];
    const client = await lab().spawn(["ssh", ...options, "alice@127.0.0.1", "echo open; cat"]);
    await client.waitFor(/open/);
    const { local } = await clientSocket(lab(), client.pid, 22);
    const fingerprint = (await lab().must("ssh-keygen -lf /tmp/user.pub")).split(" ")[1];
    const ca = (await lab().must("ssh-keygen -lf /tmp/ca.pub")).split(" ")[1] ?? "";
    expect(rowOf(await listJson(lab(), ["--key", ca]), { local }).auth).toMatchObject({
      keyType: "ED25519-CERT",
      fingerprint,
      certificate: { id: "alice laptop (serial 7) CA x", serial: "42", ca },
      ...byJournal,
    });
    client.end();
    await lab().must("rm /etc/ssh/sshd_config.d/02-ca.conf");
    await reloadSshd(lab());
  });

  test("believes no line that a user wrote", async () => {
    const shell = await openShell(lab());
    const { id, monitorPid } = rowOf(await listJson(lab()), shell);
    const pid = monitorPid ?? Number(id.split(":")[0]);
    const forged = `Accepted publickey for alice from ${shell.local.address} port ${String(shell.local.port)} ssh2: RSA SHA256:forged`;
    await lab().must("cp /usr/bin/logger ~/sshd-session; cp /usr/bin/logger ~/sshd", { user: "alice" });
    for (const logger of ["logger", "~/sshd-session", "~/sshd"]) {
      for (const tag of ["sshd", "sshd-session"]) {
        await lab().must(`${logger} -t ${tag} --id=${String(pid)} '${forged}'`, { user: "alice" });
      }
    }
    await lab().must("journalctl --sync");
    expect(await lab().must(`journalctl -q --grep SHA256:forged | wc -l`)).toBe("6\n");
    expect(rowOf(await listJson(lab(), ["--auth"]), shell).auth).toMatchObject({
      fingerprint: await labFingerprint(lab()),
      ...byJournal,
    });
    expect((await listJson(lab(), ["--key", "SHA256:forged"])).sessions).toEqual([]);
    await shell.end();
  });

  test("takes a log file for what it is: unverified", async () => {
    const shell = await openShell(lab());
    const line = await lab().must(`journalctl -q -o short --grep 'port ${String(shell.local.port)} ssh2'`);
    await lab().writeFile("/var/log/auth.log", line);
    await lab().must("mv /usr/bin/journalctl /usr/bin/journalctl.away");
    const seen = await listJson(lab(), ["--auth"]);
    expect(rowOf(seen, shell).auth).toMatchObject({
      method: "publickey",
      source: "/var/log/auth.log",
      verified: false,
    });
    expect(seen.warnings.map(({ code }) => code)).toEqual(["journal-unreadable", "auth-unverified"]);
    await lab().must("gzip -c /var/log/auth.log >/var/log/auth.log.2.gz && rm /var/log/auth.log");
    const rotated = rowOf(await listJson(lab(), ["--auth"]), shell).auth;
    expect(rotated).toMatchObject({ source: "/var/log/auth.log.2.gz", verified: false });
    await lab().must("mv /usr/bin/journalctl.away /usr/bin/journalctl && rm /var/log/auth.log.2.gz");
    await shell.end();
  });

  describe("forwards", () => {
    const forwardsOf = (seen: SessionsJson, client: Parameters<typeof rowOf>[1]) => rowOf(seen, client).forwards;

    test("are named with their ends, on both sides", async () => {
      const tunnel = await openReverseTunnel(lab(), "127.0.0.1:9902:127.0.0.1:22", {
        args: ["-L", "7777:127.0.0.1:2222"],
      });
      const listening = { kind: "remote-listener", listen: { address: "127.0.0.1", port: 9902 } };
      expect(forwardsOf(await listJson(lab()), tunnel)).toEqual([listening]);
      const through = await lab().spawn(["nc", "127.0.0.1", "9902"]);
      const local = await lab().spawn(["nc", "127.0.0.1", "7777"]);
      await through.waitFor(/SSH-2.0/);
      await local.waitFor(/SSH-2.0/);
      const { local: nc } = await clientSocket(lab(), through.pid, 9902);
      expect(forwardsOf(await listJson(lab(), ["--forward-port", "9902"]), tunnel)).toEqual(
        expect.arrayContaining([
          listening,
          { kind: "remote", listen: listening.listen, peer: nc },
          { kind: "local", from: expect.anything(), to: { address: "127.0.0.1", port: 2222 } },
        ]),
      );
      expect((await listJson(lab(), ["--forward-port", "9903"])).sessions).toEqual([]);
      const kinds = (await listJson(lab(), ["--forward", "local"])).sessions;
      expect(kinds.map(({ peer }) => peer?.port)).toEqual([tunnel.local.port]);
      for (const { pid } of [through, local]) await lab().signal(pid, "TERM");
      await tunnel.end();
    });

    test("of root's single process are told from its connection", async () => {
      const tunnel = await openReverseTunnel(lab(), "127.0.0.1:9905:127.0.0.1:22", { user: "root" });
      expect(forwardsOf(await listJson(lab()), tunnel)).toEqual([
        { kind: "remote-listener", listen: { address: "127.0.0.1", port: 9905 } },
      ]);
      await tunnel.end();
    });

    test("include the agent's socket", async () => {
      const agent = (await lab().must("eval $(ssh-agent) >/dev/null; echo $SSH_AUTH_SOCK $SSH_AGENT_PID"))
        .trim()
        .split(" ");
      const shell = await openShell(lab(), { args: ["-A", "-o", `IdentityAgent=${agent[0] ?? ""}`] });
      const path = (await shell.ask("echo $SSH_AUTH_SOCK")).trim();
      expect(forwardsOf(await listJson(lab()), shell)).toEqual([{ kind: "agent", path }]);
      await shell.end();
      await lab().signal(Number(agent[1]), "TERM");
    });
  });

  test("shows one session by every name it has", async () => {
    const shell = await openShell(lab());
    const tty = (await shell.ask("tty")).trim();
    const job = /\d+$/.exec((await shell.ask("(sleep 300; true) & echo $!")).trim())?.[0];
    const row = rowOf(await listJson(lab()), shell);
    const { address, port } = shell.local;
    const names = [
      row.pid,
      row.monitorPid ?? row.pid,
      job,
      tty,
      tty.replace("/dev/", ""),
      `${address}:${String(port)}`,
    ];
    for (const name of row.logindSession === null ? names : [...names, `session:${row.logindSession}`]) {
      const { stdout, stderr, exitCode } = await lab().sshctl(["show", String(name), "-o", "json"]);
      expect(exitCode, String(name)).toBe(0);
      const shown = documentOf({ stdout, stderr, exitCode }) as {
        session: { id: string };
        processes: { command: string; tty: string | null }[];
        traffic: { bytesReceived: number };
      };
      expect(shown.session.id).toBe(row.id);
      expect(shown.processes).toContainEqual(
        expect.objectContaining({ command: "bash", tty: tty.replace("/dev/", "") }),
      );
      expect(shown.traffic.bytesReceived).toBeGreaterThan(100);
    }
    const alien = await lab().sshctl(["show", "1"]);
    expect(alien).toEqual({ stdout: "", exitCode: 1, stderr: "sshctl: 1 is systemd, not part of an SSH session.\n" });
    await shell.end();
  });
});
