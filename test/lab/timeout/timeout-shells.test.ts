/** TMOUT as sshctl writes it, in every shell, against what the client sees of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { addAccount, idleSeconds } from "./timeout-accounts.ts";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { openCommand, openSftp, openShell, type SshShell } from "../machine/ssh-client.ts";

const limit = 3;
const globalFile = "/etc/profile.d/sshctl-timeout.sh";

describeEverySuite("each shell has its own way with TMOUT, in each version", (suite) => {
  describe("with a limit for everybody", () => {
    const lab = useMachine(suite.name);

    beforeAll(async () => {
      await addAccount(lab(), "mia", "/bin/mksh");
      await addAccount(lab(), "dora", "/bin/dash");
      await lab().must("ln -s /bin/busybox /usr/local/bin/ash");
      await addAccount(lab(), "asha", "/usr/local/bin/ash");
      if (suite.hasKsh) await addAccount(lab(), "kim", "/bin/ksh");
      // Otherwise zsh greets its first user with a questionnaire.
      await lab().must("touch /home/alice/.zshrc");
      const { stdout, stderr, exitCode } = await lab().sshctl(["timeout", "set", String(limit), "--global"]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`${globalFile}: created\n/etc/zsh/zshrc: changed\n`);
      expect(stderr).toContain("dora (/bin/dash)");
      expect(stderr).toContain("asha (/usr/local/bin/ash)");
    });

    test.concurrent.each(["alice", "root", "carol", "mia"])("%s's idle prompt ends in time", async (user) => {
      expect(await idleSeconds(lab(), user)).toBeGreaterThanOrEqual(limit);
    });

    test.concurrent.each(suite.hasKsh ? ["kim"] : [])(
      "%s's ksh gives another minute",
      async (user) => {
        const shell = await openShell(lab(), { user });
        await shell.ask("true");
        // One of them waits for the end of it: they all have the same ksh.
        if (suite.name === "trixie") await shell.exited;
        else await shell.waitFor(/60 seconds/);
        expect(shell.process.stdout).toContain("60 seconds");
        await shell.end();
      },
      90_000,
    );

    test.concurrent.each(["dora", "asha"])("%s's shell never does", async (user) => {
      const shell = await openShell(lab(), { user });
      // Another shell, opened later, has ended by then.
      await idleSeconds(lab(), "alice");
      expect(await shell.ask("echo $TMOUT")).toBe(`${String(limit)}\n`);
      const { stdout } = await lab().sshctl(["timeout", "show", "--user", user]);
      expect(stdout).toMatch(/^shell \(TMOUT\) +no limit: \S+ has no TMOUT/m);
      await shell.end();
    });

    test.concurrent("a program in the foreground is left alone", async () => {
      const shell = await openShell(lab());
      expect(await shell.ask(`sleep ${String(limit + 2)}; echo alive`)).toBe("alive\n");
      await shell.exited;
    });

    test.concurrent("what nobody types into knows nothing of it", async () => {
      const command = await openCommand(lab(), {}, `sh -c 'echo "[$TMOUT]"; exec cat'`);
      await command.waitFor(/^\[\]$/m);
      const sftp = await openSftp(lab());
      const asCron = `env -i HOME=/home/alice LOGNAME=alice SHELL=/bin/sh PATH=/usr/bin:/bin /bin/sh -c 'echo "[$TMOUT]"'`;
      expect(await lab().must(asCron, { user: "alice" })).toBe("[]\n");
      expect(await lab().must(`su - alice -c 'echo "[$TMOUT]"' 2>&1`)).toBe("[]\n");
      expect(await lab().must(`sudo -i sh -c 'echo "[$TMOUT]"' 2>&1`, { user: "alice" })).toBe("[]\n");
      const copy =
        "scp -q -F none -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o LogLevel=ERROR /etc/hostname alice@127.0.0.1:copy";
      await lab().must(copy);
      // They are older than the limit by now, since scp and su took their time; those with a limit have ended.
      await idleSeconds(lab(), "alice");
      expect(command.process.exitCode).toBeUndefined();
      expect(sftp.process.exitCode).toBeUndefined();
      await command.end();
      await sftp.end();
    });

    test.concurrent.each([
      "su - bob",
      "sudo -i -u bob",
      "bash",
      "bash --login",
      "bash --posix --login",
      "sh -l",
      "zsh",
      "mksh -l",
    ])("%s from a prompt has the limit, once, and no complaint", async (nested) => {
      const shell = await openShell(lab(), { user: nested.startsWith("su -") ? "root" : "alice" });
      shell.write(`exec ${nested}\n`);
      const again = `. ${globalFile} 2>&1; . ${globalFile} 2>&1; echo "<$TMOUT>"`;
      expect(await shell.ask(again)).toContain(`<${String(limit)}>\n`);
      expect(shell.process.stdout).not.toMatch(/readonly|read-only|read only|not found/i);
      await shell.end();
    });
  });

  describe("with a limit of one's own", () => {
    const lab = useMachine(suite.name);

    beforeAll(async () => {
      await addAccount(lab(), "mia", "/bin/mksh");
      // The lab made this file as root.
      await lab().must(
        "chown carol: /home/carol/.zshrc; printf 'umask 22 # \\344' >>/home/carol/.zshrc; rm /home/bob/.profile",
      );
    });

    test.each([
      ["alice", ".profile"],
      ["carol", ".zshrc"],
      ["mia", ".profile"],
      ["bob", ".bash_profile"],
    ])("%s's prompt ends, and unset restores %s", async (user, name) => {
      const file = `/home/${user}/${name}`;
      // The record of the change stays, in .local/state.
      const facts = `stat -c '%U %G %a %s' ${file} 2>&1; cksum <${file} 2>&1; ls -A /home/${user} | grep -v -e history -e '^[.]local$'`;
      const before = await lab().must(`${facts}; true`);
      expect(await lab().sshctl(["timeout", "set", String(limit)], { user })).toMatchObject({ exitCode: 0 });
      expect(await idleSeconds(lab(), user)).toBeGreaterThanOrEqual(limit);
      expect(await lab().sshctl(["timeout", "unset", "--user", user])).toMatchObject({ exitCode: 0 });
      expect(await lab().must(`${facts}; true`)).toBe(before);
    });

    test("what is in force in open sessions is inferred from when they began", async () => {
      const inForce = async (shell: SshShell, asking: string) => {
        const tty = (await shell.ask("tty")).trim().replace("/dev/", "");
        const { sessions } = documentOf(
          await lab().sshctl(["timeout", "show", "--user", "alice", "-o", "json"], { user: asking }),
        ) as {
          sessions: { tty: string; seconds: number | null; known: boolean }[];
        };
        const session = sessions.find((each) => each.tty === tty);
        return [session?.seconds, session?.known];
      };
      const older = await openShell(lab());
      await lab().sshctl(["timeout", "set", "1h"], { user: "alice" });
      expect(await inForce(older, "root")).toEqual([null, false]);
      expect(await older.ask("echo [$TMOUT]")).toBe("[]\n");
      await older.end();
      // The times of processes hang on that of boot, which the kernel gives in whole seconds.
      await lab().must("touch -d '5 seconds ago' .profile", { user: "alice" });
      const younger = await openShell(lab());
      expect(await inForce(younger, "root")).toEqual([3600, true]);
      expect(await inForce(younger, "alice")).toEqual([3600, true]);
      expect(await younger.ask("echo [$TMOUT]")).toBe("[3600]\n");
      await younger.end();
      await lab().sshctl(["timeout", "unset"], { user: "alice" });
    });

    test("a new .bash_profile lets .profile be read", async () => {
      await lab().sshctl(["timeout", "set", "300"], { user: "bob" });
      await lab().must("echo 'FROM_PROFILE=yes' >/home/bob/.profile");
      const shell = await openShell(lab(), { user: "bob" });
      expect(await shell.ask("echo $FROM_PROFILE $TMOUT")).toBe("yes 300\n");
      await shell.end();
    });

    test("exceptions, consoles and nested scripts are left alone", async () => {
      const options = ["--except-user", "alice", "--except-group", "carol", "--ssh-only", "--no-export"];
      await lab().sshctl(["timeout", "unset", "--user", "bob"]);
      expect(await lab().sshctl(["timeout", "set", "1h", "--global", ...options])).toMatchObject({ exitCode: 0 });
      const answers = [];
      for (const user of ["alice", "carol", "mia", "root"]) {
        const shell = await openShell(lab(), { user });
        answers.push(await shell.ask(`echo "[$TMOUT]" "[$(sh -c 'echo $TMOUT')]"`));
        await shell.end();
      }
      expect(answers.map((each) => each.replace("[0]", "[]"))).toEqual([
        "[] []\n",
        "[] []\n",
        "[3600] []\n",
        "[3600] []\n",
      ]);
      const console = await lab().must(
        `script -qec "su - bob -c 'bash -i -l -c \\"echo [\\\\\\$TMOUT]\\"'" /dev/null </dev/null`,
      );
      expect(console).toContain("[]");
      expect(await lab().sshctl(["timeout", "unset", "--global"])).toMatchObject({ exitCode: 0 });
    });
  });
});
