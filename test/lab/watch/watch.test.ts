/** What `watch` tells, held against what clients know of themselves. */
import { afterEach, expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openMaster, openSftp, openShell, openSilent, type SshClient } from "../machine/ssh-client.ts";
import { listJson, rowOf } from "../sessions-json.ts";

const ssh = "ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o LogLevel=ERROR";

describeOldestAndNewest("messages of sshd and fields of the journal", (suite) => {
  const lab = useMachine(suite.name);
  const opened: SshClient[] = [];
  const streams: EventStream[] = [];

  async function open<T extends SshClient>(client: Promise<T>): Promise<T> {
    opened.push(await client);
    return client;
  }

  async function watch(...args: string[]): Promise<EventStream> {
    return watchEvery("0.5", ...args);
  }

  async function watchEvery(interval: string, ...args: string[]): Promise<EventStream> {
    const stream = await EventStream.open(lab(), args, interval);
    streams.push(stream);
    return stream;
  }

  /** Runs `echo PORT` over connections of its own, one after the other; answers the ports. */
  async function shortLogins(count: number, user = "bob"): Promise<number[]> {
    const once = `${ssh} ${user}@127.0.0.1 'set -- $SSH_CONNECTION; echo $2'`;
    const loop = `i=0; while [ $i -lt ${String(count)} ]; do ${once} || exit 1; i=$((i+1)); done`;
    return (await lab().must(loop, { timeoutMs: 60_000 })).trim().split("\n").map(Number);
  }

  afterEach(async () => {
    for (const { process } of streams.splice(0)) await lab().signal(process.pid, "TERM");
    await Promise.all(opened.splice(0).map(async (client) => client.end()));
  });

  test("tells who is there, comes, changes and goes, with the rows of list", async () => {
    const before = await open(openShell(lab()));
    const stream = await watch();
    expect(stream.events[0]?.sessions?.map(({ peer }) => peer?.port)).toEqual([before.local.port]);
    const shell = await open(openShell(lab(), { user: "bob" }));
    const sftp = await open(openSftp(lab(), { user: "deploy" }));
    const told = [
      await stream.untilTold(shell.local.port, "opened"),
      await stream.untilTold(sftp.local.port, "opened"),
    ];
    const rows = await listJson(lab());
    expect(told.map(({ session }) => session?.id)).toEqual([rowOf(rows, shell).id, rowOf(rows, sftp).id]);
    await shell.end();
    await sftp.end();
    const closed = await stream.untilTold(shell.local.port, "closed");
    await stream.untilTold(sftp.local.port, "closed");
    expect(closed.durationSeconds).toBeGreaterThan(0);
    expect(closed.session?.id).toBe(told[0]?.session?.id);
    for (const { local } of [shell, sftp])
      expect(
        stream
          .of(local.port)
          .map(({ event }) => event)
          .filter((event) => event !== "changed"),
      ).toEqual(["opened", "closed"]);
    expect(stream.violations()).toEqual([]);
  });

  test("tells when a connection carries one more terminal", async () => {
    const master = await openMaster(lab());
    opened.push(master.client);
    const stream = await watch();
    const shell = await open(openShell(lab(), { over: master }));
    const told = await stream.untilTold(master.client.local.port, "changed");
    expect(told.changes).toContain("ttys");
    expect(told.session?.ttys).toHaveLength(1);
    await shell.end();
  });

  test("tells of strangers with --phase any, and when they log in", async () => {
    const stream = await watch("--phase", "any");
    const silent = await open(openSilent(lab()));
    const told = await stream.untilTold(silent.local.port, "opened");
    expect(told.session).toMatchObject({ phase: "authenticating", user: null });
    await silent.end();
    await stream.untilTold(silent.local.port, "closed");
    const shell = await open(openShell(lab()));
    await stream.until(({ session, event }) => session?.peer?.port === shell.local.port && event !== "warning");
    const events = stream.of(shell.local.port).map(({ event, session }) => `${event} ${session?.phase ?? ""}`);
    expect(["opened open", "opened opening", "opened authenticating"]).toContain(events[0]);
  });

  test("tells of logins too short for any look, each exactly once", async () => {
    const stream = await watchEvery("2");
    const ports = [...(await shortLogins(5)), ...(await shortLogins(3, "root"))];
    await stream.untilTold(ports.at(-1) ?? 0, "closed");
    const kinds = ports.map((port) =>
      stream
        .of(port)
        .map(({ event }) => event)
        .join(),
    );
    expect(kinds).toEqual(ports.map(() => "opened,closed"));
    for (const port of ports) {
      const [opened, closed] = stream.of(port);
      expect(opened?.session?.id).toBe(closed?.session?.id);
      expect(closed?.durationSeconds).toBeLessThan(30);
      expect(["bob", "root"]).toContain(opened?.session?.user);
    }
    expect(stream.violations()).toEqual([]);
  });

  test("goes on when the journal is rotated, journald restarted, or journalctl killed", async () => {
    const stream = await watchEvery("2");
    const disturbances = [
      "journalctl --rotate",
      "systemctl restart systemd-journald",
      "journalctl --rotate --vacuum-time=1s",
      "pkill -KILL -x journalctl",
    ];
    for (const disturbance of disturbances) {
      await lab().must(disturbance);
      const [port = 0] = await shortLogins(1);
      await stream.untilTold(port, "closed");
      expect([disturbance, stream.of(port).map(({ event }) => event)]).toEqual([disturbance, ["opened", "closed"]]);
    }
  });

  test("believes nobody who only writes what sshd would", async () => {
    const stream = await watch();
    const line = "Accepted publickey for root from 127.0.0.1 port 4711 ssh2";
    await lab().must(`logger -t sshd '${line}'; logger -t sshd-session --id=1 '${line}'`, { user: "alice" });
    const [port = 0] = await shortLogins(1);
    await stream.untilTold(port, "closed");
    expect(stream.of(4711)).toEqual([]);
  });

  test("tells each of many logins at full speed once", async () => {
    const stream = await watchEvery("1");
    const all = (
      await Promise.all(["alice", "bob", "deploy", "root"].map(async (user) => shortLogins(12, user)))
    ).flat();
    await expect.poll(() => all.filter((port) => stream.of(port).length < 2)).toEqual([]);
    const kinds = all.map((port) =>
      stream
        .of(port)
        .map(({ event }) => event)
        .filter((event) => event !== "changed")
        .join(),
    );
    // A client may get the port of another one that has gone.
    const timesOf = (port: number) => all.filter((each) => each === port).length;
    expect(kinds).toEqual(all.map((port) => Array.from({ length: timesOf(port) }, () => "opened,closed").join()));
  });

  test("--until-none ends with 0 once the last one has gone, --wait with 1", async () => {
    const shell = await open(openShell(lab()));
    const args = ["watch", "-o", "lines", "--until-none", "--user", "alice", "--interval", "0.3"];
    expect(await lab().sshctl([...args, "--wait", "1"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^sshctl: waiting for 1 session to end, at most 1s: PID \d+, alice .*\nsshctl: the time is up, and 1 session is still there: PID \d+, alice .*\n$/,
      ),
    });
    const stream = await watch("--until-none", "--user", "alice");
    await shell.end();
    expect(await stream.process.exited).toBe(0);
    expect(stream.events.map(({ event }) => event)).toEqual(["snapshot", "closed"]);
  });

  test("ends quietly when its reader goes away", async () => {
    const tool = `${node} ${sshctl} watch -o lines --interval 0.3`;
    const reader = await lab().spawn(["bash", "-c", `${tool} | head -1; echo "codes \${PIPESTATUS[*]}"`]);
    await reader.waitFor(/snapshot/);
    await open(openShell(lab()));
    await reader.waitFor(/^codes 0 0$/m);
    expect(reader.stderr).toBe("");
  });

  test.each([
    ["TERM", 143],
    ["INT", 130],
    ["HUP", 129],
    ["KILL", 137],
  ])("takes journalctl with it when it is ended by %s", async (signal, code) => {
    const stream = await watch();
    await expect.poll(async () => (await lab().sh("pgrep -x journalctl")).exitCode).toBe(0);
    await lab().signal(stream.process.pid, signal);
    expect(await stream.process.exited).toBe(code);
    await expect.poll(async () => (await lab().sh("pgrep -x journalctl")).exitCode).toBe(1);
  });
});
