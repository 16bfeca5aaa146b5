/** Limits that sshd keeps, against what the client sees of them. */
import { beforeAll, expect, test } from "vitest";
import { reloadSshd } from "../reload-sshd.ts";
import { endsByItself, idleSeconds } from "./timeout-accounts.ts";
import { documentOf } from "../machine/document.ts";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openCommand, openReverseTunnel, openSftp, openShell, openTerminalCommand } from "../machine/ssh-client.ts";

const limit = 3;
const dropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf";

describeSuites(
  ({ hasChannelTimeout }) => !hasChannelTimeout,
  "they know no ChannelTimeout",
  ({ name }) => {
    const lab = useMachine(name);

    test("an sshd that is too old is left alone", async () => {
      const { exitCode, stderr } = await lab().sshctl(["timeout", "set", "15m", "--via", "sshd", "--global"]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("which was added in OpenSSH 9.2");
      expect(await lab().sh(`ls ${dropIn}`)).not.toMatchObject({ exitCode: 0 });
    });
  },
);

describeSuites(
  ({ hasChannelTimeout }) => hasChannelTimeout,
  "what ChannelTimeout can do",
  (suite) => {
    const lab = useMachine(suite.name);
    const set = (args: string) => reloadSshd(lab(), `${node} ${sshctl} timeout ${args}`);

    const daemon = async () => lab().must("systemctl show -p MainPID,ExecMainStartTimestampMonotonic ssh");

    beforeAll(async () => {
      const before = await daemon();
      const earlier = await openShell(lab());
      await set(`set ${String(limit)} --via sshd --global`);
      expect(await daemon()).toBe(before);
      // Opened before, it keeps what was then.
      expect(await earlier.ask(`sleep ${String(limit + 1)}; echo alive`)).toBe("alive\n");
      await earlier.end();
    });

    test.concurrent("an idle shell ends in time, on any shell", async () => {
      for (const user of ["alice", "carol"]) {
        // sshd counts whole seconds, and may be one early.
        expect(await idleSeconds(lab(), user)).toBeGreaterThan(limit - 1.5);
      }
    });

    test.concurrent("so does one with a silent job, and not one with output", async () => {
      const silent = await openShell(lab());
      const loud = await openShell(lab());
      loud.write("while sleep 1; do echo again; done\n");
      silent.write("sleep 300\n");
      expect(await endsByItself(silent)).toBe(true);
      await loud.waitFor(new RegExp(`(again\\s+){${String(limit + 3)}}`));
      await loud.end();
    });

    test.concurrent("commands, transfers and tunnels are spared", async () => {
      const spared = [
        await openCommand(lab()),
        await openTerminalCommand(lab()),
        await openSftp(lab()),
        await openReverseTunnel(lab(), "127.0.0.1:9911:127.0.0.1:22"),
      ];
      // Opened later, and ended by then.
      expect(await endsByItself(await openShell(lab()))).toBe(true);
      expect(spared.map(({ process }) => process.exitCode)).toEqual(spared.map(() => undefined));
      for (const client of spared) await client.end();
    });

    test("for one user, where sshd does what it says", async () => {
      const args = `set ${String(limit)} --via sshd --user bob --channels command,sftp --unused ${String(limit)}`;
      const dryRun = await lab().sshctl(["timeout", ...args.split(" "), "--dry-run"]);
      expect(dryRun.exitCode).toBe(suite.hasChannelTimeoutInMatch ? 0 : 1);
      expect(dryRun.stderr).toContain(suite.hasChannelTimeoutInMatch ? "-N -R tunnels" : "Before OpenSSH 10.5");
    });

    test("what is asked for beside shells is ended, too", async () => {
      const [who, user] = suite.hasChannelTimeoutInMatch ? ["--user bob ", "bob"] : ["--global ", "alice"];
      const all = "--channels shell,command,sftp";
      await set(`set ${String(limit)} --via sshd ${who}${all} --unused ${String(limit)}`);
      const asked = [
        await openCommand(lab(), { user }),
        await openSftp(lab(), { user }),
        await openReverseTunnel(lab(), "127.0.0.1:9912:127.0.0.1:22", { user }),
      ];
      expect(await Promise.all(asked.map(endsByItself))).toEqual(asked.map(() => true));
      const { limits } = documentOf(await lab().sshctl(["timeout", "show", "--user", user, "-o", "json"])) as {
        limits: { means: string; seconds: number | null }[];
      };
      const secondsOf = (means: string) => limits.find((each) => each.means === means)?.seconds;
      expect([secondsOf("sshd"), secondsOf("sshd-unused")]).toEqual([limit, limit]);
      if (suite.hasChannelTimeoutInMatch) await set(`unset --via sshd ${who}`);
    });

    test("what does not work is rolled back, and sshd runs on", async () => {
      const files = async () => lab().must("cat /etc/ssh/sshd_config.d/*");
      await lab().writeFile("/etc/ssh/sshd_config.d/zz.conf", "Match User nobody\nChannelTimeout session:*=77\n");
      const before = [await files(), await daemon()];
      const rival = await lab().sshctl(["timeout", "set", "9m", "--via", "sshd", "--global"]);
      expect(rival.exitCode).toBe(1);
      expect(rival.stderr).toContain("/etc/ssh/sshd_config.d/zz.conf:2");
      expect([await files(), await daemon()]).toEqual(before);
      await lab().writeFile("/etc/ssh/sshd_config.d/zz.conf", "Nonsense yes\n");
      expect(await lab().sshctl(["timeout", "set", "9m", "--via", "sshd", "--global"])).toMatchObject({ exitCode: 3 });
      await lab().must("rm /etc/ssh/sshd_config.d/zz.conf");
    });

    test("unset leaves nothing", async () => {
      await set("unset --via sshd --global");
      expect(await lab().must("ls -A /etc/ssh/sshd_config.d")).toBe("00-lab.conf\n");
      const shell = await openShell(lab());
      expect(await shell.ask(`sleep ${String(limit + 1)}; echo alive`)).toBe("alive\n");
      await shell.end();
    });
  },
);
