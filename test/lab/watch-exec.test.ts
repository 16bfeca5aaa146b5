/** Programs that are run for events: by root, for real logins. */
import { afterEach, expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";
import { describeEverySuite, useMachine } from "./machine/lab-test.ts";
import { openShell } from "./machine/ssh-client.ts";

const hook = "/root/hooks/tell";

describeEverySuite((suite) => {
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

  test("a program is told who comes and goes, and only what --on lets through", async () => {
    await program('read -r json; echo "$SSHCTL_EVENT $SSHCTL_USER ${SSHCTL_FROM##*:} $json" >>/root/told');
    await watch("--on", "snapshot,opened,closed");
    const shell = await openShell(lab());
    const port = String(shell.local.port);
    await expect.poll(async () => lab().must("cat /root/told")).toContain(`opened alice ${port} {`);
    await shell.end();
    await expect.poll(async () => lab().must("cat /root/told")).toContain(`closed alice ${port} {`);
    const lines = (await lab().must("cat /root/told")).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["snapshot", "opened", "closed"]);
  });

  test("one that fails or hangs is told of, and stops nothing", async () => {
    await program('[ "$SSHCTL_EVENT" = snapshot ] && exit 7; exec sleep 1000');
    const stream = await watch("--exec-limit", "1");
    await stream.until(({ warning }) => warning?.message.includes("ended with 7") === true);
    const shell = await openShell(lab());
    await stream.until(({ warning }) => warning?.message.includes("was killed after 1 s") === true);
    await shell.end();
    await stream.untilTold(shell.local.port, "closed");
    expect((await lab().sh("pgrep -fx 'sleep 1000'")).exitCode).toBe(1);
  });

  test("one that others could change is not run, neither at first nor later", async () => {
    await program("touch /root/was-run");
    await lab().must(`chmod 777 ${hook}`);
    const refused = await lab().sshctl(["watch", "--exec", hook, "--once"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(`${hook} can be written by others than root`);
    await lab().must(`chmod 755 ${hook}`);
    const stream = await watch("--on", "opened,warning");
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
});
