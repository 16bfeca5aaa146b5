/** Root acts for a user who does not wish root well; and what is left when space runs out in the middle. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addAccount } from "./timeout-accounts.ts";
import { describeEveryNode, useMachine } from "../machine/lab-test.ts";
import type { RunResult } from "../machine/machine.ts";

const home = "/home/alice";
const profile = `${home}/.profile`;
const victims = "/etc/shadow /etc/passwd /root/.profile /root/victim";

describeEveryNode("files are replaced in a way that no user can divert", (suite, nodePath) => {
  const lab = useMachine(suite.name, { nodePath });
  let original = "";
  let before = "";

  const set = async (...args: string[]): Promise<RunResult> => lab().sshctl(["timeout", "set", "180", ...args]);
  const asRoot = async () => set("--user", "alice");
  const victimState = async () =>
    lab().must(`stat -c '%n %i %U %a %s %Y' ${victims}; cksum ${victims}; ls -A /root /etc`);

  beforeAll(async () => {
    await lab().must("echo secret >/root/victim;  cp -a /home/alice /root/home-of-alice");
    original = await lab().must(`cat ${profile}`);
  });

  beforeEach(async () => {
    before = await victimState();
  });

  afterEach(async () => {
    expect(await victimState()).toBe(before);
    await lab().must("find /home/alice -mindepth 1 -delete; cp -a /root/home-of-alice/. /home/alice/");
  });

  describe("what a user may have put in the place of a file", () => {
    test.each([
      ["a link to root's file", `ln -sf /root/victim ${profile}`, "is a symbolic link"],
      ["a link to a readable file", `ln -sf /etc/passwd ${profile}`, "is a symbolic link"],
      ["a link to nothing in root's home", `ln -sf /root/new ${profile}`, "is a symbolic link"],
      ["a FIFO", `rm ${profile}; mkfifo ${profile}`, "is not a regular file"],
      ["a folder", `rm ${profile}; mkdir ${profile}`, "is not a regular file"],
      ["a link as the lock", `ln -s /root/new ${home}/.sshctl.lock`, "is a symbolic link"],
      ["a folder as the lock", `mkdir ${home}/.sshctl.lock`, "is not a regular file"],
      ["a FIFO as the lock", `mkfifo ${home}/.sshctl.lock`, "is not a regular file"],
      ["a folder as the new file", `mkdir ${home}/..profile.sshctl-new`, "is a folder"],
      ["no rights to the home", `chmod 500 ${home}`, "permission denied"],
      ["no rights to the file", `chmod 200 ${profile}`, "permission denied"],
    ])("%s is refused", async (_, attack, message) => {
      await lab().must(attack, { user: "alice" });
      const { exitCode, stderr, stdout } = await asRoot();
      expect(stderr).toContain(message);
      expect([exitCode, stdout]).toEqual([message === "permission denied" ? 4 : 1, ""]);
      await lab().must(`chmod 700 ${home}`);
    });

    test.each([
      ["a hard link to root's file", `ln -f /root/victim ${profile}`, "belongs to root"],
      ["a hard link to a file of the own", `ln ${profile} ${home}/other`, "has 2 names"],
      [
        "a home that leads to a folder of root's",
        `mv ${home} /home/moved; ln -s /etc ${home}`,
        "does not belong to alice",
      ],
      ["a home that is missing", `mv ${home} /home/moved`, "its folder is missing"],
    ])("%s, put there by whoever could, is refused", async (_, attack, message) => {
      await lab().must(attack);
      const { exitCode, stderr } = await asRoot();
      expect(stderr).toContain(message);
      expect(exitCode).toBe(1);
      await lab().must(`if [ -e /home/moved ]; then rm -f ${home}; mv /home/moved ${home}; fi; rm -f ${profile}`);
    });

    test.each([
      ["a link", `ln -s /root/new ${home}/..profile.sshctl-new`],
      ["a FIFO", `mkfifo ${home}/..profile.sshctl-new`],
    ])("%s as the new file is cleared away", async (_, attack) => {
      await lab().must(attack, { user: "alice" });
      expect(await asRoot()).toMatchObject({ exitCode: 0 });
      expect(await lab().must(`stat -c '%U %G %a %F' ${profile}`)).toBe("alice alice 644 regular file\n");
    });

    test("a lock that the user keeps is not waited for for ever", async () => {
      const holder = await lab().spawn(["flock", `${home}/.sshctl.lock`, "sh", "-c", "echo locked; exec cat"], {
        user: "alice",
      });
      await holder.waitFor(/locked/);
      const { exitCode, stderr } = await asRoot();
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining("is locked")]);
      holder.end();
      await holder.exited;
      expect(await asRoot()).toMatchObject({ exitCode: 0 });
    });

    test("a lease that the user holds is not waited for", async () => {
      // fcntl(2): F_SETLEASE is 1024, F_WRLCK is 1; Linux' asm-generic/fcntl.h.
      const hold = `$SIG{IO} = "IGNORE"; open F, "+<", "${profile}"; fcntl F, 1024, 1 or die; $| = 1; print "held\n"; sleep`;
      const holder = await lab().spawn(["perl", "-e", hold], { user: "alice" });
      await holder.waitFor(/held/);
      const { exitCode, stderr } = await asRoot();
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining("a lease")]);
      await lab().signal(holder.pid, "KILL");
      await holder.exited;
      expect(await asRoot()).toMatchObject({ exitCode: 0 });
    });

    test("a race of links against root", async () => {
      const race = `cd; cp .profile mine; while :; do ln -sf /root/victim .profile; ln -sf /etc/passwd ..profile.sshctl-new; rm -f .profile ..profile.sshctl-new; cp mine .profile; done 2>/dev/null`;
      const racer = await lab().spawn(["sh", "-c", `echo racing; ${race}`], { user: "alice" });
      await racer.waitFor(/racing/);
      try {
        for (let round = 0; round < 12; round += 1) {
          const { exitCode, stderr } = await lab().sshctl([
            "timeout",
            round % 2 === 0 ? "set" : "unset",
            ...(round % 2 === 0 ? ["180"] : []),
            "--user",
            "alice",
          ]);
          expect([0, 1], stderr).toContain(exitCode);
          expect(stderr).not.toContain("a defect of sshctl");
        }
      } finally {
        await lab().signal(racer.pid, "KILL");
        await racer.exited;
      }
      expect(await lab().must(`find ${home} ! -user alice`)).toBe("");
    });
  });

  test("owner, mode, access list and label stay", async () => {
    const facts = `stat -c '%U %G %a' ${profile}; getfacl -cp ${profile}`;
    await lab().must(`chmod 640 ${profile}; setfacl -m u:bob:r ${profile}`, { user: "alice" });
    const kept = await lab().must(facts);
    expect(await asRoot()).toMatchObject({ exitCode: 0 });
    expect(await lab().must(facts)).toBe(kept);
    expect(await lab().must(`ls -A ${home} | grep sshctl; true`)).toBe("");
  });

  describe("no space, no rights to write", () => {
    const onTmpfs = async (folder: string, options: string, work: () => Promise<void>) => {
      await lab().must(
        `cp -a ${folder} /tmp/copy; mount -t tmpfs -o ${options} none ${folder}; cp -a /tmp/copy/. ${folder}/; rm -r /tmp/copy`,
      );
      try {
        await work();
      } finally {
        await lab().must(`umount ${folder}`);
      }
    };

    test.each([
      [home, ["--user", "alice"], "alice"],
      ["/etc/profile.d", ["--global"], "root"],
    ])("a full disk at %s", async (folder, args, owner) => {
      await onTmpfs(folder, `size=64k,mode=755,uid=${owner}`, async () => {
        await lab().sh(`dd if=/dev/zero of=${folder}/fill bs=1k 2>/dev/null; chown ${owner} ${folder}/fill`);
        const files = await lab().must(`ls -A ${folder}; cksum ${folder}/.profile 2>&1; true`);
        const { exitCode, stderr } = await set(...args);
        expect([exitCode, stderr]).toEqual([3, expect.stringContaining("the file system is full")]);
        expect(await lab().must(`ls -A ${folder}; cksum ${folder}/.profile 2>&1; true`)).toBe(files);
      });
    });

    test.each([
      [home, ["--user", "alice"]],
      ["/etc/profile.d", ["--global"]],
    ])("a read-only %s", async (folder, args) => {
      await lab().must(`mount --bind ${folder} ${folder}; mount -o remount,ro,bind ${folder}`);
      const { exitCode, stderr } = await set(...args);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining("is mounted read-only")]);
      await lab().must(`umount ${folder}`);
    });

    test("nobody but root", async () => {
      for (const args of [["--global"], ["--user", "bob"], ["--via", "sshd", "--global"]])
        expect(await lab().sshctl(["timeout", "set", "180", ...args], { user: "alice" })).toMatchObject({
          exitCode: 4,
          stdout: "",
        });
    });
  });

  describe("many at once", () => {
    // One after the other, on a machine that may be busy.
    test("20 for one user, by root and by the user", { timeout: 200_000 }, async () => {
      const jobs = Array.from({ length: 20 }, async (_, index) =>
        lab().sshctl(["timeout", ...(index % 3 === 0 ? ["unset"] : ["set", String(100 + index)]), "--user", "alice"], {
          user: index % 2 === 0 ? "root" : "alice",
          timeoutMs: 150_000,
        }),
      );
      const results = await Promise.all(jobs);
      expect(results.filter(({ exitCode }) => exitCode > 1)).toEqual([]);
      await lab().sshctl(["timeout", "unset", "--user", "alice"]);
      expect(await lab().must(`cat ${profile}; ls -A ${home} | grep sshctl; true`)).toBe(original);
    });

    test.each(suite.hasChannelTimeoutInMatch ? [["sshd"]] : [])(
      "8 users in one file of %s's: none is lost",
      async (via) => {
        const users = Array.from({ length: 8 }, (_, index) => `u${String(index)}`);
        for (const user of users) await addAccount(lab(), user, "/bin/bash");
        const results = await Promise.all(users.map(async (user) => set("--via", via, "--user", user)));
        expect(results.map(({ exitCode }) => exitCode)).toEqual(users.map(() => 0));
        const text = await lab().must("cat /etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf");
        for (const user of users) expect(text).toContain(`Match User ${user}\n`);
        // They may be gone from the accounts of the next test's victims.
        await lab().must("rm /etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf");
        before = await victimState();
      },
    );
  });
});
