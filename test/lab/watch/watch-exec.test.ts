/** Programs that are run for events: by root, for real logins. */
import { readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell } from "../machine/ssh-client.ts";

const hook = "/root/hooks/tell";

describeOldestAndNewest("messages of sshd and fields of the journal", (suite) => {
  const lab = useMachine(suite.name);
  const streams: EventStream[] = [];

  async function watch(...args: string[]): Promise<EventStream> {
    const stream = await EventStream.open(lab(), ["--exec", hook, ...args]);
    streams.push(stream);
    return stream;
  }

  async function program(script: string): Promise<void> {
    await lab().writeFile(hook, `#!/bin/sh\n${script}\n`, "755");
  }

  afterEach(async () => {
    for (const { process } of streams.splice(0)) await lab().signal(process.pid, "TERM");
  });

  test("a program is told who comes and goes, and only what --events lets through", async () => {
    await program('read -r json; echo "$SSHCTL_EVENT $SSHCTL_USER ${SSHCTL_FROM##*:} $json" >>/root/told');
    await watch("--events", "snapshot,opened,closed");
    const shell = await openShell(lab());
    const port = String(shell.local.port);
    await expect.poll(async () => lab().must("cat /root/told")).toContain(`opened alice ${port} {`);
    await shell.end();
    await expect.poll(async () => lab().must("cat /root/told")).toContain(`closed alice ${port} {`);
    const lines = (await lab().must("cat /root/told")).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["snapshot", "opened", "closed"]);
  });

  test("one that fails or hangs is told of, and stops nothing", async () => {
    await program("case $SSHCTL_EVENT in snapshot) exit 7;; opened) exec sleep 1000;; esac");
    const stream = await watch("--exec-limit", "1");
    await stream.until(({ warning }) => warning?.message.includes("exited with code 7") === true);
    const shell = await openShell(lab());
    await stream.until(({ warning }) => warning?.message.includes("was killed after 1 s") === true);
    await shell.end();
    await stream.untilTold(shell.local.port, "closed");
    expect((await lab().sh("pgrep -fx 'sleep 1000'")).exitCode).toBe(1);
  });

  test("one that others could change is not run, neither at first nor later", async () => {
    await program('[ "$SSHCTL_EVENT" = snapshot ] || touch /root/was-run');
    await lab().must(`chmod 777 ${hook}`);
    const refused = await lab().sshctl(["watch", "--exec", hook, "--once"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(`${hook} can be written by users other than root`);
    await lab().must(`chmod 755 ${hook}`);
    const stream = await watch();
    await lab().must(`chmod 777 ${hook}`);
    const shell = await openShell(lab());
    await stream.until(({ warning }) => warning?.message.includes("was not run") === true);
    await shell.end();
    expect((await lab().sh("test -e /root/was-run")).exitCode).toBe(1);
  });

  test("one that runs is ended with the watch", async () => {
    await program("exec sleep 1001");
    const stream = await watch();
    await expect.poll(async () => (await lab().sh("pgrep -fx 'sleep 1001'")).exitCode).toBe(0);
    await lab().signal(stream.process.pid, "TERM");
    await stream.process.exited;
    await expect.poll(async () => (await lab().sh("pgrep -fx 'sleep 1001'")).exitCode).toBe(1);
  });

  test("the recipes of the documentation work", async () => {
    const recipes = await readFile(new URL("../../../docs/watch.md", import.meta.url), "utf8");
    const [mail = "", webhook = ""] = [...recipes.matchAll(/```sh\n(.*?)```/gs)].map(([, script]) => script ?? "");
    const unit = /```ini\n(.*?)```/s.exec(recipes)?.[1] ?? "";
    await lab().writeFile("/usr/sbin/sendmail", "#!/bin/sh\ncat >/root/mail\n", "755");
    await lab().writeFile("/usr/bin/curl", '#!/bin/sh\n{ echo "$*"; cat; } >>/tmp/posted\n', "755");
    await lab().writeFile("/root/hooks/mail", mail, "755");
    await lab().writeFile("/root/hooks/webhook", webhook, "755");
    await lab().writeFile(
      "/etc/systemd/system/sshctl-watch.service",
      unit
        .replace("/usr/local/bin/sshctl", `${node} ${sshctl}`)
        .replace("/usr/local/sbin/ssh-webhook", "/root/hooks/webhook")
        .replace("--events ", "--events snapshot,"),
    );
    await lab().must("systemctl daemon-reload && systemctl start sshctl-watch");
    const service = async () =>
      lab().must("journalctl -q -o cat -u sshctl-watch; find /tmp -name posted -exec cat {} +");
    // Only whom the first reading does not show will be told as opened.
    await expect.poll(service).toContain('"event":"snapshot"');
    const stream = await EventStream.open(lab(), ["--exec", "/root/hooks/mail", "--events", "snapshot,opened"]);
    streams.push(stream);
    const shell = await openShell(lab());
    const from = `127.0.0.1:${String(shell.local.port)}`;
    await expect.poll(async () => (await lab().sh("cat /root/mail")).stdout).toContain(`alice from ${from}`);
    await expect.poll(service).toMatch(/opened +PID \d+, alice on pts[^]*--data-binary @-[^]*"event":"opened"/);
    expect(await service()).toMatch(/by publickey SHA256:/);
    await shell.end();
    await expect.poll(service).toMatch(new RegExp(`closed +PID \\d+, alice on pts/\\d+ from ${from}`));
    expect(await service()).not.toMatch(/ warning /);
    await lab().must("systemctl stop sshctl-watch");
  });
});
