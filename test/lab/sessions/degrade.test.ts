import { expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell } from "../machine/ssh-client.ts";
import { listJson, rowOf, withoutClock, type SessionsJson } from "../sessions-json.ts";

const lists = `${node} ${sshctl} list -o json`;

describeOldestAndNewest(
  "sessions are served by sshd alone, or by sshd-session with a monitor for root, too",
  (suite) => {
    const lab = useMachine(suite.name);

    test("needs neither ss nor ps, journal, logind, utmp or cgroups", async () => {
      const shell = await openShell(lab());
      const whole = rowOf(await listJson(lab()), shell);
      const hidden = ["/sys/fs/cgroup", "/run", "/var/log", "/usr/sbin", "/usr/bin"];
      const hide = [...hidden.map((folder) => `mount -t tmpfs none ${folder}`), `exec ${lists}`].join(" && ");
      const { stdout, exitCode, stderr } = await lab().run(["unshare", "--mount", "/bin/sh", "-c", hide]);
      expect(stderr).toBe("");
      const { sessions } = documentOf({ stdout, stderr, exitCode }) as SessionsJson;
      expect(sessions.map((session) => ({ ...withoutClock(session), hasTimes: session.idleSeconds !== null }))).toEqual(
        [{ ...withoutClock(whole), startedAt: expect.any(String), hasTimes: true }],
      );
    });

    test.each([
      [1, "hides what is in the folders of other users' processes"],
      [2, "hides the processes of other users"],
    ])("says that it may not see when /proc (hidepid=%i) %s", async (hidepid) => {
      const asAlice = `setpriv --reuid alice --regid alice --clear-groups ${lists}`;
      const script = `mount -t proc -o hidepid=${String(hidepid)} proc /proc && ${asAlice}`;
      const { stdout, stderr, exitCode } = await lab().run(["unshare", "--mount", "sh", "-c", script]);
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 4 });
      expect(stderr).toMatch(/^sshctl: .*hidepid.*root\.\n$/);
    });

    test("says that there is nothing to see without /proc", async () => {
      const { stdout, stderr, exitCode } = await lab().run([
        "unshare",
        "--mount",
        "sh",
        "-c",
        `mount -t tmpfs none /proc; ${lists}`,
      ]);
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 3 });
      expect(stderr).toMatch(/^sshctl: .*\/proc.*\n$/);
    });

    test("does not take a PID namespace without an SSH server for a machine without one", async () => {
      const { stdout, stderr, exitCode } = await lab().run([
        "unshare",
        "--pid",
        "--fork",
        "--mount-proc",
        "sh",
        "-c",
        `${node} ${sshctl} list`,
      ]);
      expect(exitCode).toBe(0);
      expect(stdout.trim().split("\n")).toHaveLength(1);
      expect(stderr).toBe(
        "sshctl: only the processes of this PID namespace are visible, and no SSH server is among them\n",
      );
    });

    test("works in a folder that was deleted, with options, too", async () => {
      const tool = `${node} ${sshctl}`;
      const commands = [
        "list --json",
        "keys --user alice",
        "timeout show --user alice",
        "kill-all --dry-run --ok-if-none",
      ];
      const runs = commands.map((command) => `${tool} ${command} >/dev/null; echo $?`).join("; ");
      const { stdout, stderr } = await lab().sh(`mkdir /tmp/gone && cd /tmp/gone && rmdir /tmp/gone && { ${runs}; }`);
      expect({ stdout, stderr }).toEqual({ stdout: "0\n0\n0\n0\n", stderr: expect.not.stringContaining("defect") });
    });

    test.each([
      ["a folder", "mkdir"],
      ["a loop of links", "ln -s ssh.socket"],
      ["a FIFO", "mkfifo"],
      ["endless", "ln -s /dev/zero"],
    ])("a unit file that is %s costs nothing but what it would have told", async (_, make) => {
      const shell = await openShell(lab());
      const unit = "/etc/systemd/system/ssh.socket";
      await lab().must(`mv ${unit} ${unit}.kept 2>/dev/null; ${make} ${unit}`);
      expect(rowOf(await listJson(lab()), shell)).toMatchObject({ user: "alice" });
      await lab().must(`rm -r ${unit}; [ ! -e ${unit}.kept ] || mv ${unit}.kept ${unit}`);
      await shell.end();
    });

    test("runs no program that the caller's environment put in its way", async () => {
      await lab().must(
        "mkdir -p /tmp/evil && printf '#!/bin/sh\\ntouch /tmp/evil/ran\\n' >/tmp/evil/getent && chmod 755 /tmp/evil/getent",
      );
      await lab().must("sed -i 's/^deploy:x:[0-9]*/deploy:x:70000/' /etc/passwd; chown -R 70000 /home/deploy");
      const shell = await openShell(lab(), { user: "deploy" });
      await lab().must("sed -i '/^deploy:/d' /etc/passwd");
      const seen = await listJson(lab(), [], {
        env: { PATH: "/tmp/evil:/usr/bin:/bin", LD_LIBRARY_PATH: "/tmp/evil" },
      });
      expect(rowOf(seen, shell)).toMatchObject({ uid: 70_000, user: "deploy" });
      expect((await lab().sh("test -e /tmp/evil/ran")).exitCode).toBe(1);
    });
  },
);
