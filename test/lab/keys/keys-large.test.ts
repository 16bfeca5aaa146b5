/** A key behind so much that nobody would read it: sshd does, so a revocation must, or say that it has not. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canLogIn, fingerprintOf, keysJson, makeKey } from "./keys-json.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { openShell } from "../machine/ssh-client.ts";
import { reloadSshd } from "../reload-sshd.ts";

const file = "/home/alice/.ssh/authorized_keys";
const list = "/etc/ssh/revoked";

describeOldestAndNewest("nothing differs between them: each sshd reads files of any size", (suite) => {
  const lab = useMachine(suite.name);
  let [fingerprint, made] = ["", 0];
  const name = () => `key-${String(made)}`;

  beforeEach(async () => {
    made += 1;
    await makeKey(lab(), name());
    fingerprint = await fingerprintOf(lab(), name());
    await lab().must(`cp -a ${file} /root/before`);
  });

  afterEach(async () => {
    await lab().must(`mv -f /root/before ${file}; rm -f ${file}.sshctl*`);
  });

  /** @param stuffing - prints what stands before the key. */
  const hide = async (stuffing: string) =>
    lab().must(`(${stuffing}; cat /root/keys/${name()}.pub) >/root/file; cat /root/file >${file}`);

  const revoke = async (...args: string[]) =>
    lab().sshctl(["keys", "revoke", fingerprint, "--user", "alice", "--yes", ...args]);

  const isOut = async () => !(await canLogIn(lab(), name(), "alice"));

  test("behind more lines than the inventory reads, it is found and locked out", async () => {
    await hide("yes junk | head -n 150000");
    const { findings } = await keysJson(lab(), ["--user", "alice"]);
    const reason = expect.stringContaining("from line 100001 on");
    expect(findings).toContainEqual(expect.objectContaining({ id: "unread-file", path: file, reason }));
    expect(await isOut()).toBe(false);
    const { exitCode, stdout } = await revoke("--kill");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("no session of the key is open\n")]);
    expect(await isOut()).toBe(true);
  });

  test("in a file that is too large to be rewritten, it is found, and that is said", async () => {
    await hide("yes '# a comment that fills the file' | head -n 600000");
    const { exitCode, stdout, stderr } = await revoke("--kill");
    expect([exitCode, await isOut()]).toEqual([5, false]);
    expect(stdout).toContain("NOT CHANGED");
    expect(stdout).not.toContain("no session of the key is open\n");
    expect(stderr).toMatch(/will not be changed: .*larger than 1 MiB/);
    expect(stderr).toContain(`the key is still in ${file}:600001`);
  });

  describe("beyond what is read at all", () => {
    const stuffing = "head -c 300000000 /dev/zero; echo";

    test("it is not said to be locked out", async () => {
      await lab().must(`cat /root/keys/${name()}.pub >>/home/bob/.ssh/authorized_keys`);
      await hide(stuffing);
      const { exitCode, stdout, stderr } = await lab().sshctl(["keys", "revoke", fingerprint, "--yes", "--kill"]);
      expect([exitCode, await isOut()]).toEqual([5, false]);
      expect(stdout).not.toContain("no session of the key is open\n");
      expect(stderr.match(/authorized_keys, of alice, was not read, so the key may be there/g)).toHaveLength(2);
      expect(stderr).toContain("add it to a file that RevokedKeys in sshd_config names");
    });

    test("where nothing else holds it, no file is said to be free of it, and its sessions are ended", async () => {
      await hide(stuffing);
      const shell = await openShell(lab(), { user: "alice", args: ["-i", `/root/keys/${name()}`] });
      const { exitCode, stdout, stderr } = await revoke("--kill");
      await shell.exited;
      expect([exitCode, await isOut()]).toEqual([5, false]);
      expect(stdout).toContain("it is not certain that the key cannot log in again");
      expect(stderr.match(/authorized_keys, of alice, was not read, so the key may be there/g)).toHaveLength(2);
      expect(stderr).toContain("add it to a file that RevokedKeys in sshd_config names");
    });

    test("RevokedKeys keeps it out, and that is said", async () => {
      await lab().must(`echo 'RevokedKeys ${list}' >/etc/ssh/sshd_config.d/zz-revoked.conf; : >${list}`);
      await reloadSshd(lab());
      await lab().must(`cat /root/keys/${name()}.pub >>/home/bob/.ssh/authorized_keys`);
      await hide(stuffing);
      expect(await isOut()).toBe(false);
      const { exitCode, stderr } = await lab().sshctl(["keys", "revoke", fingerprint, "--yes"]);
      expect([exitCode, stderr]).toEqual([5, expect.stringContaining("but RevokedKeys keeps it out")]);
      expect(await isOut()).toBe(true);
      await lab().must(`rm /etc/ssh/sshd_config.d/zz-revoked.conf ${list}`);
      await reloadSshd(lab());
    });
  });

  test("a key that AuthorizedKeysCommand serves: it is said how to lock it out, and that does", async () => {
    await lab().must(`cp /root/keys/${name()}.pub /etc/ssh/served`);
    const settings = "AuthorizedKeysCommand /bin/cat /etc/ssh/served\nAuthorizedKeysCommandUser nobody\n";
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-command.conf", settings);
    await reloadSshd(lab());
    expect(await isOut()).toBe(false);
    const { exitCode, stderr } = await revoke();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("AuthorizedKeysCommand /bin/cat /etc/ssh/served")]);
    await lab().must(`echo 'hash: ${fingerprint}' | ssh-keygen -q -k -f ${list} -`);
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-revoked.conf", `RevokedKeys ${list}\n`);
    await reloadSshd(lab());
    expect(await isOut()).toBe(true);
    await lab().must(`rm /etc/ssh/sshd_config.d/zz-*.conf ${list}`);
    await reloadSshd(lab());
  });
});
