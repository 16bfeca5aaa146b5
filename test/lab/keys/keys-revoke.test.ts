/** A key is revoked while its holder does what can be done against it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { violationsOf } from "../../helpers/schemas.ts";
import { canLogIn, fingerprintOf, keysJson, makeKey, sshWith } from "./keys-json.ts";
import { documentOf } from "../machine/document.ts";
import { describeEveryNode, useMachine } from "../machine/lab-test.ts";
import type { MachineProcess } from "../machine/machine-process.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson } from "../sessions-json.ts";

const folder = "/home/alice/.ssh";
const file = `${folder}/authorized_keys`;
const lists = "/etc/ssh/revoked";

describeEveryNode("files are replaced in a way that no user can divert; the judge is each sshd", (suite, nodePath) => {
  const lab = useMachine(suite.name, { nodePath });
  const opened: MachineProcess[] = [];
  let made = 0;

  /** A new key that opens these accounts beside the lab's. */
  async function newKey(...users: string[]): Promise<{ name: string; fingerprint: string }> {
    made += 1;
    const name = `key-${String(made)}`;
    await makeKey(lab(), name);
    for (const user of users) await lab().must(`cat /root/keys/${name}.pub >>~${user}/.ssh/authorized_keys`);
    return { name, fingerprint: await fingerprintOf(lab(), name) };
  }

  async function open(name: string, user: string): Promise<MachineProcess> {
    const client = await lab().spawn(["sh", "-c", `exec ${sshWith(name, user, "echo open; exec cat")}`]);
    opened.push(client);
    await client.waitFor(/open/);
    return client;
  }

  const revoke = async (...args: string[]) => lab().sshctl(["keys", "revoke", ...args]);
  /** Types the command that the result names. */
  async function undo(text: string): Promise<void> {
    const id = /^(?:Undo: )?sshctl undo (\S+)$/m.exec(text)?.[1] ?? "";
    expect(await lab().sshctl(["undo", id, "--yes"])).toMatchObject({ exitCode: 0 });
  }

  beforeEach(async () => {
    await lab().must(
      "for user in root alice bob; do rm -rf /root/ssh-$user; cp -a ~$user/.ssh /root/ssh-$user; done".replaceAll(
        "~$user",
        "$(getent passwd $user | cut -d: -f6)",
      ),
    );
  });

  afterEach(async () => {
    for (const client of opened.splice(0)) await lab().signal(client.pid, "KILL");
    await lab().must(
      "for user in root alice bob; do home=$(getent passwd $user | cut -d: -f6); rm -rf $home/.ssh; cp -a /root/ssh-$user $home/.ssh; done",
    );
  });

  test("locks it out, and the undo command lets it in again", async () => {
    const { name, fingerprint } = await newKey("alice", "bob");
    const before = await lab().must(`stat -c '%U %G %a' ${file}; cat ${file}`);
    const { stdout, exitCode } = await revoke(fingerprint.slice(0, 20), "--yes", "--reason", "lost\nlaptop");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("alice, bob can put the key back");
    for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), name, user)).toBe(false);
    expect(await canLogIn(lab(), "../.ssh/id_lab", "alice")).toBe(true);
    expect(await lab().must(`cat ${file}`)).toMatch(
      /^# \d{4}-\d\d-\d\d: revoked by root with sshctl, lost\\nlaptop: ssh-ed25519 /m,
    );
    expect(await lab().must("journalctl -q -t sshctl -o cat -n 1")).toContain(fingerprint);
    await undo(stdout);
    expect(await lab().must(`stat -c '%U %G %a' ${file}; cat ${file}`)).toBe(before);
    for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), name, user)).toBe(true);
  });

  test("takes lines away, and only those of one account, when asked to", async () => {
    const { name, fingerprint } = await newKey("alice", "bob");
    expect(await revoke(fingerprint, "--yes", "--delete", "--user", "bob")).toMatchObject({ exitCode: 0 });
    expect(await canLogIn(lab(), name, "alice")).toBe(true);
    expect(await canLogIn(lab(), name, "bob")).toBe(false);
    expect(await lab().must("cat /home/bob/.ssh/authorized_keys")).not.toContain(`of ${name}`);
  });

  test("sets up RevokedKeys, which keeps it out although its line comes back, until the undo", async () => {
    const { name, fingerprint } = await newKey("alice", "bob");
    const configuration = "/usr/sbin/sshd -T -C user=alice,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22";
    const before = await lab().must(`${configuration}; cat /home/*/.ssh/authorized_keys; ls /etc/ssh/sshd_config.d`);
    const { stdout, exitCode } = await revoke(fingerprint, "--yes", "--revoked-keys");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("taken out, not locked");
    expect(await lab().must(configuration)).toMatch(/^revokedkeys \/etc\/ssh\/sshctl_revoked_keys$/im);
    for (const user of ["alice", "bob"]) {
      const own = `/home/${user}/.ssh/authorized_keys`;
      await lab().must(`cp ${own} /root/own; cat /root/keys/${name}.pub >>${own}`);
      expect(await canLogIn(lab(), name, user)).toBe(false);
      await lab().must(`cat /root/own >${own}`);
    }
    expect(await lab().must("journalctl -q -u ssh -o cat -n 40")).toContain("revoked by file");
    expect(await canLogIn(lab(), "../.ssh/id_lab", "alice")).toBe(true);
    const next = await newKey("alice");
    const second = await revoke(next.fingerprint, "--yes", "--revoked-keys");
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("is set up already") as unknown });
    await lab().must(`cat /root/keys/${next.name}.pub >>${file}`);
    expect(await canLogIn(lab(), next.name, "alice")).toBe(false);
    await lab().must(`sed -i '$d' ${file}`);
    await undo(second.stdout);
    await lab().must(`sed -i '/of ${next.name}$/d' ${file}`);
    await undo(stdout);
    expect(await lab().must(`${configuration}; cat /home/*/.ssh/authorized_keys; ls /etc/ssh/sshd_config.d`)).toBe(
      before,
    );
    expect(await lab().must("grep -v '^#' /etc/ssh/sshctl_revoked_keys || true")).toBe("");
    for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), name, user)).toBe(true);
  });

  describe.each(["text", "list"])("RevokedKeys, a %s", (kind) => {
    beforeEach(async () => {
      await makeKey(lab(), `gone-${kind}`);
      await lab().must(
        kind === "text"
          ? `printf '# mine' >${lists}; echo >>${lists}; cat /root/keys/gone-text.pub | tr -d '\\n' >>${lists}`
          : `ssh-keygen -q -k -f ${lists} /root/keys/gone-list.pub`,
      );
      await lab().writeFile("/etc/ssh/sshd_config.d/01-revoked.conf", `RevokedKeys ${lists}\n`);
      await reloadSshd(lab());
    });

    afterEach(async () => {
      await lab().must(`rm -f /etc/ssh/sshd_config.d/01-revoked.conf /root/keys/gone-*; rm -f ${lists}*`);
      await reloadSshd(lab());
    });

    test("keeps it out although its owner puts it back", async () => {
      const { name, fingerprint } = await newKey("alice");
      const { stdout, exitCode } = await revoke(fingerprint, "--yes");
      expect(exitCode).toBe(0);
      expect(stdout).not.toContain("can put the key back");
      await lab().must(`cat /root/keys/${name}.pub >>${file}`);
      expect(await canLogIn(lab(), name, "alice")).toBe(false);
      expect(await canLogIn(lab(), "../.ssh/id_lab", "alice")).toBe(true);
      expect((await keysJson(lab(), ["show", fingerprint])).keys.map(({ state }) => state)).toEqual(["revoked"]);
      expect((await lab().must("ls -d /run/sshctl* 2>/dev/null || true")).trim()).toBe("");
      await lab().must(`sed -i '$d' ${file}`);
      await undo(stdout);
      expect(await canLogIn(lab(), name, "alice")).toBe(true);
    });

    test("is left alone where somebody keeps the key", async () => {
      const { name, fingerprint } = await newKey("alice", "bob");
      const before = await lab().must(`cksum ${lists}`);
      expect(await revoke(fingerprint, "--yes", "--user", "alice")).toMatchObject({ exitCode: 0 });
      expect(await lab().must(`cksum ${lists}`)).toBe(before);
      expect(await canLogIn(lab(), name, "bob")).toBe(true);
    });
  });

  test("ends all of its sessions while the holder comes back in a loop", async () => {
    const { name, fingerprint } = await newKey("alice");
    const other = await newKey("alice");
    const spared = await open(other.name, "alice");
    for (let index = 0; index < 5; index += 1) await open(name, "alice");
    const knock = sshWith(name, "alice", "echo in; exec sleep 600").replace("ssh ", "ssh -n ");
    const loops = await Promise.all(
      [1, 2].map(async () => lab().spawn(["sh", "-c", `while :; do ${knock}; echo out; done`])),
    );
    for (const loop of loops) await loop.waitFor(/in/);
    const { stdout, stderr, exitCode } = await revoke(fingerprint, "--yes", "--kill");
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("is still in")]);
    expect(stdout).toContain("no session of the key is open");
    const left = (await listJson(lab(), ["--auth"])).sessions;
    expect(left.map(({ auth }) => auth?.fingerprint)).toEqual([other.fingerprint]);
    // Each of them has been refused since.
    for (const loop of loops) await loop.waitFor(/out\n[^]*out/);
    expect((await listJson(lab(), ["--key", fingerprint])).sessions).toEqual([]);
    expect(await canLogIn(lab(), name, "alice")).toBe(false);
    expect(spared.exitCode).toBeUndefined();
    for (const loop of loops) await lab().signal(loop.pid, "KILL");
    await lab().sh("pkill -f 'sleep 600'");
  });

  test("tells programs what it has done, in one document", async () => {
    const { name, fingerprint } = await newKey("alice");
    const { name: otherName } = await newKey("alice");
    const spared = await open(otherName, "alice");
    const clients = [await open(name, "alice"), await open(name, "alice")];
    const { stdout, stderr, exitCode } = await revoke(fingerprint, "--yes", "--kill", "--json");
    const document = documentOf({ stdout, stderr, exitCode }) as {
      undo: string;
      ended: { session: { auth: { fingerprint: string } }; outcome: { kind: string } }[];
    };
    expect([exitCode, violationsOf("revocation-1", document)]).toEqual([0, []]);
    expect(document).toMatchObject({ dryRun: false, fingerprint, remaining: [], open: [], undecided: [] });
    expect(document.ended.map(({ session, outcome }) => [session.auth.fingerprint, outcome.kind])).toEqual(
      clients.map(() => [fingerprint, "ended"]),
    );
    for (const client of clients) await client.exited;
    expect(spared.exitCode).toBeUndefined();
    await undo(document.undo);
    expect(await canLogIn(lab(), name, "alice")).toBe(true);
  });

  test("names sessions whose key nobody knows, and spares them", async () => {
    const { name, fingerprint } = await newKey("alice");
    await open(name, "alice");
    const unknown = await newKey("alice");
    const client = await open(unknown.name, "alice");
    await lab().must(
      "journalctl --sync; journalctl --rotate; rm -rf /run/log/journal/*/system@* ; journalctl --vacuum-time=1s",
    );
    const { stdout, exitCode } = await revoke(fingerprint, "--yes", "--kill");
    expect(exitCode).toBe(5);
    expect(stdout).toContain("key not known: PID");
    expect(client.exitCode).toBeUndefined();
  });

  describe("the last way in", () => {
    test("for root is kept, unless forced", async () => {
      const { name, fingerprint } = await newKey();
      await lab().must(
        `cp /root/.ssh/authorized_keys /root/.ssh/id_lab.keep; cp /root/keys/${name}.pub /root/.ssh/authorized_keys`,
      );
      const refused = await revoke(fingerprint, "--yes");
      expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining("the last way in for root")]);
      expect(await canLogIn(lab(), name, "root")).toBe(true);
      expect(await revoke(fingerprint, "--yes", "--force")).toMatchObject({ exitCode: 0 });
      expect(await canLogIn(lab(), name, "root")).toBe(false);
    });

    test("for the caller is kept", async () => {
      const { name, fingerprint } = await newKey();
      await lab().must(`cp /root/keys/${name}.pub ${file}`);
      const tool = "/opt/node/bin/node /opt/sshctl/bin/sshctl.js";
      const over = await lab().sh(sshWith(name, "alice", `sudo ${tool} keys revoke ${fingerprint} --yes`));
      const asUser = await lab().sshctl(["keys", "revoke", fingerprint, "--yes"], { user: "alice" });
      for (const { exitCode, stderr } of [over, asUser])
        expect([exitCode, stderr]).toEqual([6, expect.stringContaining("the last way in for you")]);
      expect(await canLogIn(lab(), name, "alice")).toBe(true);
    });
  });

  test("a user revokes an own key, and nobody else's", async () => {
    const { name, fingerprint } = await newKey("alice");
    expect(await lab().sshctl(["keys", "revoke", fingerprint, "--yes"], { user: "alice" })).toMatchObject({
      exitCode: 0,
    });
    expect(await canLogIn(lab(), name, "alice")).toBe(false);
    const foreign = await newKey("bob");
    expect(await lab().sshctl(["keys", "revoke", foreign.fingerprint, "--yes"], { user: "alice" })).toMatchObject({
      exitCode: 1,
    });
    expect(await canLogIn(lab(), foreign.name, "bob")).toBe(true);
  });

  test("a key that AuthorizedKeysCommand still supplies logs in, and that is told", async () => {
    const { name, fingerprint } = await newKey("bob");
    await lab().writeFile("/etc/ssh/keys-of", '#!/bin/sh\n[ "$1" != alice ] || cat /etc/ssh/served.pub\n', "755");
    await lab().must(`cp /root/keys/${name}.pub /etc/ssh/served.pub`);
    await lab().writeFile(
      "/etc/ssh/sshd_config.d/01-command.conf",
      "AuthorizedKeysCommand /etc/ssh/keys-of %u\nAuthorizedKeysCommandUser nobody\n",
    );
    await reloadSshd(lab());
    const { exitCode, stderr } = await revoke(fingerprint, "--yes");
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining("keys-of %u supplies the key for alice")]);
    const isLetIn = await Promise.all(["alice", "bob"].map(async (user) => canLogIn(lab(), name, user)));
    expect(isLetIn).toEqual([true, false]);
    await lab().must(": >/etc/ssh/served.pub");
    const next = await newKey("alice");
    expect(await revoke(next.fingerprint, "--yes")).toMatchObject({ exitCode: 0 });
    expect(await canLogIn(lab(), next.name, "alice")).toBe(false);
    await lab().must("rm /etc/ssh/sshd_config.d/01-command.conf /etc/ssh/keys-of /etc/ssh/served.pub");
    await reloadSshd(lab());
  });

  test("keys of others in the files of an account are not taken without a look at them", async () => {
    const { name } = await newKey("alice", "bob");
    const { exitCode, stderr } = await revoke("--user", "alice", "--yes", "--force");
    expect([exitCode, stderr]).toEqual([6, expect.stringMatching(/also in files of .*bob/)]);
    expect(await canLogIn(lab(), name, "alice")).toBe(true);
    await lab().must(`cp /root/keys/${name}.pub ${file}; rm /home/bob/.ssh/authorized_keys`);
    expect(await revoke("--user", "alice", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await canLogIn(lab(), name, "alice")).toBe(false);
  });

  test("asks, and shows what it would do", async () => {
    const { name, fingerprint } = await newKey("alice");
    await lab().must("mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/alice");
    const before = await lab().must(`ls -A ${folder}; cksum ${file}`);
    expect(await revoke(fingerprint)).toMatchObject({ exitCode: 6, stdout: "" });
    const { stdout, exitCode } = await revoke(fingerprint, "--dry-run");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`-ssh-ed25519`)]);
    expect(stdout).toContain("alice lingers");
    expect(await lab().must(`ls -A ${folder}; cksum ${file}`)).toBe(before);
    expect(await canLogIn(lab(), name, "alice")).toBe(true);
    await lab().must("rm /var/lib/systemd/linger/alice");
  });

  describe("what the holder may have put there", () => {
    test.each([
      ["a link to another file", `mv ${file} /home/alice/real && ln -s /home/alice/real ${file}`, "is a symbolic link"],
      ["a second name", `ln ${file} /home/alice/second`, "has 2 names"],
      ["a folder as the lock", `mkdir ${folder}/.sshctl.lock`, "is not a regular file"],
      ["a folder that cannot be written", `chmod 500 ${folder}`, "permission denied"],
    ])("%s is told, and touches nothing else", async (_, attack, message) => {
      const { fingerprint } = await newKey("alice");
      await lab().must(attack, { user: "alice" });
      const before = await lab().must("cksum /etc/shadow /etc/passwd; ls -A /etc /root");
      const { stdout, exitCode } = await revoke(fingerprint, "--yes");
      expect(stdout).toContain(message);
      expect(exitCode).toBe(message === "permission denied" ? 4 : 5);
      expect(await lab().must("cksum /etc/shadow /etc/passwd; ls -A /etc /root")).toBe(before);
      await lab().must(`chmod 700 ${folder}; rm -rf /home/alice/real /home/alice/second`);
    });

    test("a file that changes all the time loses the key all the same, or it is said", async () => {
      const { name, fingerprint } = await newKey("alice");
      const other = await newKey();
      const busy = await lab().spawn(
        ["sh", "-c", `echo busy; while :; do echo '# again' >>${file}; sleep 0.001; done`],
        {
          user: "alice",
        },
      );
      await busy.waitFor(/busy/);
      const { exitCode, stderr } = await revoke(fingerprint, "--yes");
      await lab().signal(busy.pid, "KILL");
      await busy.exited;
      expect(other.name).not.toBe(name);
      expect(await canLogIn(lab(), name, "alice")).toBe(exitCode !== 0);
      expect([exitCode, stderr.includes("defect")]).toEqual([exitCode === 0 ? 0 : 5, false]);
    });
  });
});
