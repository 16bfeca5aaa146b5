/** Several SSH servers on one machine, each with the configuration that it was started with. A client that logs in is the judge. */
import { afterEach, describe, expect, test } from "vitest";
import { fingerprintOf, keysJson, makeKey } from "../keys/keys-json.ts";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, describeSuites, useMachine } from "../machine/lab-test.ts";
import { listJson, networkListeners } from "../sessions-json.ts";

const client = "ssh -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=10";
const login = (key: string, port: number) => `${client} -i ${key} -p ${String(port)} alice@127.0.0.1 true </dev/null`;
const labKey = "/root/.ssh/id_lab";

describeEverySuite("titles, units and options of sshd differ", (suite) => {
  const lab = useMachine(suite.name);
  const canLogIn = async (key: string, port: number) => (await lab().sh(login(key, port))).exitCode === 0;

  describe("a second daemon with a file of its own", () => {
    const start = async () => {
      const config =
        "Port 2299\nPidFile none\nUsePAM yes\nAuthorizedKeysFile /etc/ssh/second/%u\nPerSourcePenalties no\n";
      const text = suite.hasPerSourcePenalties ? config : config.replace(/PerSource.*\n/, "");
      await lab().writeFile("/etc/ssh/second.conf", text);
      await makeKey(lab(), "second");
      await lab().must("mkdir -p /etc/ssh/second && cp /root/keys/second.pub /etc/ssh/second/alice");
      await lab().must("/usr/sbin/sshd -f /etc/ssh/second.conf");
      await expect.poll(async () => canLogIn("/root/keys/second", 2299)).toBe(true);
    };

    afterEach(async () => {
      await lab().must(
        "rm -f /root/keys/second*; kill $(ss -Hltnp 'sport = :2299' | grep -o 'pid=[0-9]*' | head -1 | cut -d= -f2)",
      );
    });

    test("its keys are listed, with its name, and a revocation locks them out there", async () => {
      await start();
      const fingerprint = await fingerprintOf(lab(), "second");
      const { keys, warnings } = await keysJson(lab());
      expect(warnings).toContainEqual(expect.objectContaining({ code: "servers-differ" }));
      expect(keys.filter((key) => key.fingerprint === fingerprint)).toEqual([
        expect.objectContaining({
          user: "alice",
          path: "/etc/ssh/second/alice",
          state: "accepted",
          servers: [expect.stringMatching(/^sshd \(PID \d+\) on port 2299$/)],
        }),
      ]);
      expect(await lab().sshctl(["keys", "revoke", fingerprint, "--yes"])).toMatchObject({ exitCode: 0 });
      expect(await canLogIn("/root/keys/second", 2299)).toBe(false);
      expect(await canLogIn(labKey, 22)).toBe(true);
    });

    test("while it does not tell where it looks for keys, none is called locked out", async () => {
      await start();
      const fingerprint = await fingerprintOf(lab(), "second");
      await lab().must(
        "cat /root/keys/second.pub >>/home/alice/.ssh/authorized_keys; echo Nonsense >>/etc/ssh/second.conf",
      );
      const { exitCode, stderr } = await lab().sshctl(["keys", "revoke", fingerprint, "--yes"]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 5,
        stderr: expect.stringContaining("does not report its settings"),
      });
      expect(await canLogIn("/root/keys/second", 22)).toBe(false);
      expect(await canLogIn("/root/keys/second", 2299)).toBe(true);
    });

    test("a limit in a file that it does not read is not told to hold for it", async () => {
      await start();
      const { exitCode, stderr } = await lab().sshctl(["timeout", "set", "15m", "--via", "sshd", "--global"]);
      expect(exitCode).toBe(suite.hasChannelTimeout ? 0 : 1);
      expect(stderr).toContain(
        suite.hasChannelTimeout
          ? "on port 2299 is not reached: its /etc/ssh/second.conf"
          : "which was added in OpenSSH 9.2",
      );
      await lab().sshctl(["timeout", "unset", "--via", "sshd", "--global"]);
    });
  });

  test("options of the command line are known with their quotes, and a restart is possible", async () => {
    await makeKey(lab(), "served");
    await lab().must("cp /root/keys/served.pub /etc/served && chmod 644 /etc/served");
    await lab().writeFile("/usr/local/sbin/serve", '#!/bin/sh\n[ "$1" = alice ] && cat /etc/served\n', "755");
    const options = String.raw`-o \"AuthorizedKeysCommand /usr/local/sbin/serve %u\" -o \"AuthorizedKeysCommandUser nobody\"`;
    await lab().writeFile("/etc/default/ssh", `SSHD_OPTS="${options}"\n`);
    await lab().must("systemctl restart ssh");
    expect(await canLogIn("/root/keys/served", 22)).toBe(true);
    const { warnings } = await keysJson(lab());
    expect(warnings).toContainEqual(expect.objectContaining({ code: "keys-command" }));
    const before = await lab().must("systemctl show --property=MainPID ssh");
    const { exitCode, stdout } = await lab().sshctl(["kill-all", "--yes", "--restart-listener"]);
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("answers on every port"),
    });
    expect(await lab().must("systemctl show --property=MainPID ssh")).not.toBe(before);
    expect(await canLogIn("/root/keys/served", 22)).toBe(true);
    await lab().must("rm /etc/default/ssh && systemctl restart ssh");
  });
});

describeSuites(
  ({ adoptsSockets }) => adoptsSockets,
  "they take over sockets of systemd",
  (suite) => {
    const lab = useMachine(suite.name);
    const canLogIn = async (port = 22) => (await lab().sh(login(labKey, port))).exitCode === 0;
    const set = async (time: string) => lab().sshctl(["timeout", "set", time, "--via", "sshd", "--global"]);
    const sshd = async () => (await lab().must("pgrep -xo sshd || true")).trim();

    test("a socket on another port is listed before its first connection", async () => {
      const dropIn = "/etc/systemd/system/ssh.socket.d/p.conf";
      await lab().writeFile(dropIn, "[Socket]\nListenStream=\nListenStream=2200\n");
      await lab().must("systemctl daemon-reload && systemctl stop ssh && systemctl start ssh.socket");
      expect(networkListeners(await listJson(lab()))).toEqual([
        expect.objectContaining({ pid: 1, addresses: [{ address: "::", port: 2200 }] }),
      ]);
      expect(await canLogIn(2200)).toBe(true);
      await lab().must(`systemctl stop ssh.socket ssh; rm ${dropIn}; systemctl daemon-reload && systemctl start ssh`);
    });

    // The configuration names port 2222 beside 22, and the socket holds 22 only: after a reload nobody would serve it.
    test("a limit is set, again and again, and port 22 is served all the time", async () => {
      await lab().must("systemctl stop ssh && systemctl start ssh.socket && rm -rf /run/sshd");
      const idle = await set("20m");
      expect(idle.stderr).not.toContain("privilege separation");
      expect(idle.exitCode).toBe(0);
      expect(await canLogIn()).toBe(true);
      const before = await sshd();
      for (const minutes of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const { exitCode, stderr } = await set(`${String(minutes)}m`);
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(await canLogIn()).toBe(true);
      }
      expect(await sshd()).not.toBe(before);
      expect(await lab().must("systemctl is-active ssh.service ssh.socket")).toBe("active\nactive\n");
      await lab().must("systemctl stop ssh.socket ssh && systemctl start ssh");
    });

    test(
      "an account is locked, and a key, while the socket waits for whoever comes next",
      { timeout: 120_000 },
      async () => {
        await lab().must("systemctl stop ssh && systemctl start ssh.socket && rm -rf /run/sshd");
        const json = async (...words: string[]) => {
          const done = await lab().sshctl([...words, "-o", "json", "--yes"], { timeoutMs: 60_000 });
          return { ...(documentOf(done) as { accounts: unknown[] }), exitCode: done.exitCode };
        };
        const letsIn = async (key: string, user = "alice") =>
          (await lab().sh(login(key, 22).replace("alice@", `${user}@`))).exitCode === 0;
        const asAlice = async () => letsIn(labKey);
        const asRoot = async () => letsIn(labKey, "root");
        expect(await asAlice()).toBe(true);
        await lab().must("systemctl stop ssh; rm -rf /run/sshd; systemctl is-active ssh.socket");
        expect(await json("lock", "alice", "--ssh-only", "--probe")).toMatchObject({
          exitCode: 0,
          accounts: [{ locked: true, probes: [{ outcome: "refused" }] }],
        });
        expect([await asAlice(), await asRoot()]).toEqual([false, true]);
        expect(await json("unlock", "alice")).toMatchObject({ exitCode: 0 });
        expect(await asAlice()).toBe(true);

        await lab().must("mkdir -p /root/keys; ssh-keygen -q -t ed25519 -N '' -f /root/keys/lost");
        await lab().must("cat /root/keys/lost.pub >>/home/alice/.ssh/authorized_keys");
        const withLost = async () => letsIn("/root/keys/lost");
        expect(await withLost()).toBe(true);
        const fingerprint = (await lab().must("ssh-keygen -lf /root/keys/lost.pub")).split(" ")[1] ?? "";
        const revoked = await lab().sshctl(["keys", "revoke", fingerprint, "--revoked-keys", "--yes"], {
          timeoutMs: 60_000,
        });
        expect(revoked.exitCode).toBe(0);
        await lab().must("cat /root/keys/lost.pub >>/home/alice/.ssh/authorized_keys");
        expect([await withLost(), await asAlice(), await asRoot()]).toEqual([false, true, true]);
        await lab().must("sed -i '$d' /home/alice/.ssh/authorized_keys");
        const undo = /sshctl (undo \S+)/.exec(revoked.stdout)?.[1]?.split(" ") ?? [];
        expect((await lab().sshctl([...undo, "--yes"], { timeoutMs: 60_000 })).exitCode).toBe(0);
        expect([await withLost(), await asRoot()]).toEqual([true, true]);
        await lab().must("systemctl stop ssh.socket ssh && systemctl start ssh");
      },
    );

    test("with both ports on the socket, and a configuration that is refused: all is as it was", async () => {
      await lab().writeFile(
        "/etc/systemd/system/ssh.socket.d/p.conf",
        "[Socket]\nListenStream=2222\nListenStream=127.0.0.1:2233\n",
      );
      await lab().must("systemctl daemon-reload && systemctl stop ssh && systemctl start ssh.socket");
      expect(await canLogIn(2233)).toBe(true);
      expect((await set("9m")).exitCode).toBe(0);
      for (const port of [22, 2222, 2233]) expect(await canLogIn(port)).toBe(true);
      await lab().writeFile("/etc/ssh/sshd_config.d/zz.conf", "Nonsense yes\n");
      expect(await set("10m")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("Nonsense") });
      await lab().must("rm /etc/ssh/sshd_config.d/zz.conf");
      for (const port of [22, 2222, 2233]) expect(await canLogIn(port)).toBe(true);
      expect(await lab().sshctl(["timeout", "unset", "--via", "sshd", "--global"])).toMatchObject({ exitCode: 0 });
      const restarted = await lab().sshctl(["kill-all", "--yes", "--restart-listener"]);
      expect(restarted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("answers on every port") });
      for (const port of [22, 2222, 2233]) expect(await canLogIn(port)).toBe(true);
      const ended = await lab().sshctl(["kill-all", "--yes", "--include-listener"]);
      expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("systemctl stop ssh.socket") });
    });
  },
);
