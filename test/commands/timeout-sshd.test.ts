import { describe, expect, test } from "vitest";
import { sshctl } from "../helpers/run-cli.ts";
import { fakeHost, type HostSpec, type FakeHost } from "../helpers/fake-host.ts";

const dropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf";
const config = { "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n" };

interface FakeSshd {
  /** Answers instead of what the drop-in says. */
  settings?: string;
  version?: string;
  test?: { exitCode: number; stderr: string };
  reload?: number;
  units?: string;
  texts?: Readonly<Record<string, string>>;
}

const running = "Id=ssh.service\nActiveState=active\nMainPID=42\n\nId=ssh.socket\nActiveState=inactive\n";

/** A machine whose sshd believes every drop-in, and the programs that were run on it. */
function machineWithSshd(sshd: FakeSshd = {}, machine: HostSpec = {}): { host: FakeHost; ran: string[] } {
  const ran: string[] = [];
  const host: FakeHost = fakeHost({
    ...machine,
    texts: { ...config, ...sshd.texts },
    run: async (name, args) => {
      ran.push([name, ...args.filter((arg) => !arg.includes("="))].join(" "));
      const answer = (stdout: string, exitCode = 0, stderr = "") => Promise.resolve({ stdout, stderr, exitCode });
      if (name === "systemctl")
        return args[0] === "show" ? answer(sshd.units ?? running) : answer("", sshd.reload ?? 0, "Job failed.\nSee");
      if (name === "sshd" && args[0] === "-t") return answer("", sshd.test?.exitCode ?? 0, sshd.test?.stderr);
      if (name === "sshd" && args[0] === "-V") return answer("", 0, `OpenSSH_${sshd.version ?? "10.6"}p1, OpenSSL`);
      const user = /user=([^,]*)/.exec(args[2] ?? "")?.[1] ?? "";
      return name === "sshd" ? answer(sshd.settings ?? settingsFor(user, host.texts.get(dropIn) ?? "")) : undefined;
    },
  });
  return { host, ran };
}

/** As sshd reads it: the section of the user, else of the group ops for its members, else the one for everybody. */
function settingsFor(user: string, text: string): string {
  const [everybody = "", ...matches] = text.split(/^Match /m);
  const own = matches.find((each) => each.startsWith(`User ${user}\n`));
  const group = matches.find((each) => each.startsWith("Group ops\n") && (user === "alice" || user === "bob"));
  const value = (keyword: string) =>
    [own, group, everybody]
      .map((each) => new RegExp(`^${keyword} (.*)$`, "m").exec(each ?? "")?.[1])
      .find((each) => each !== undefined);
  return `channeltimeout ${value("ChannelTimeout") ?? "none"}\nUnusedConnectionTimeout ${value("UnusedConnectionTimeout") ?? "none"}\n`;
}

const run = async (line: string, host: FakeHost) => sshctl(["timeout", ...line.split(" ")], { host: host });

describe("through sshd", () => {
  test("only shells are ended, unless more is asked for, and it is told before", async () => {
    const { host, ran } = machineWithSshd();
    const { exitCode, out, err } = await run("set 15m --via sshd", host);
    expect(exitCode).toBe(0);
    expect(host.texts.get(dropIn)).toMatch(/^ChannelTimeout session:shell=900\n$/m);
    expect(err).toContain("silent in their foreground");
    expect(err).not.toContain("commands");
    expect(out).toContain(`${dropIn}: created\n`);
    expect(out).toContain("Undo: sshctl timeout unset --via sshd\n");
    expect(ran).toContain("systemctl reload ssh.service");
    expect(ran.indexOf("sshd -t")).toBeLessThan(ran.indexOf("systemctl reload ssh.service"));
    expect(ran.at(-1)).toBe("sshd -T -C");
  });

  test("users come before groups, and everybody first", async () => {
    const { host } = machineWithSshd();
    await run("set 5m --via sshd --group ops", host);
    await run("set 3m --via sshd --user bob --channels shell,command,sftp --unused 10m", host);
    const { err } = await run("set 15m --via sshd --unused 1h", host);
    expect(err).toContain("-N -R tunnels");
    const lines = (host.texts.get(dropIn) ?? "").split("\n").filter((line) => !line.startsWith("#"));
    expect(lines).toEqual([
      "ChannelTimeout session:shell=900",
      "UnusedConnectionTimeout 3600",
      "Match User bob",
      "ChannelTimeout session:shell=180 session:command=180 session:subsystem:sftp=180",
      "UnusedConnectionTimeout 600",
      "Match Group ops",
      "ChannelTimeout session:shell=300",
      "",
    ]);
    const { out } = await run("unset --via sshd --user bob", host);
    expect(out).toContain(
      "Undo: sshctl timeout set 180 --user bob --via sshd --channels shell,command,sftp --unused 600\n",
    );
    expect(host.texts.get(dropIn)).not.toContain("bob");
    await run("unset --via sshd --group ops", host);
    expect((await run("unset --via sshd", host)).out).toContain(`${dropIn}: removed\n`);
    expect(await run("unset --via sshd", host)).toMatchObject({ exitCode: 1 });
  });

  test("the same again writes nothing", async () => {
    const { host } = machineWithSshd();
    await run("set 15m --via sshd", host);
    host.written.length = 0;
    const { out, exitCode } = await run("set 900 --via sshd --channels shell", host);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [] });
    expect(out).toContain("already");
  });

  test("a dry run runs no reload", async () => {
    const { host, ran } = machineWithSshd();
    expect((await run("set 15m --via sshd -n", host)).out).toContain("+ChannelTimeout session:shell=900\n");
    expect(ran.filter((line) => line.includes("reload"))).toEqual([]);
    expect(host.written).toEqual([]);
  });

  test("systemd may start sshd with the first connection: nothing is to be reloaded", async () => {
    const { host, ran } = machineWithSshd({
      units: "Id=ssh.service\nActiveState=inactive\n\nId=ssh.socket\nActiveState=active\n",
    });
    expect(await run("set 15m --via sshd", host)).toMatchObject({ exitCode: 0 });
    expect(ran.filter((line) => line.includes("reload"))).toEqual([]);
  });

  test("while another reload is under way", async () => {
    const { host } = machineWithSshd({ units: running.replace("=active", "=reloading") });
    expect(await run("set 15m --via sshd", host)).toMatchObject({ exitCode: 0 });
  });

  test("a line of somebody else that counts no more is named", async () => {
    const texts = { "/etc/ssh/sshd_config.d/50-x.conf": "ChannelTimeout x11-connection=5m\n" };
    const { err } = await run("set 15m --via sshd", machineWithSshd({ texts }).host);
    expect(err).toContain(
      "/etc/ssh/sshd_config.d/50-x.conf:1 (ChannelTimeout x11-connection=5m) does not count any more",
    );
  });
});

describe("our file", () => {
  test("with lines of somebody else is not rewritten", async () => {
    const { host } = machineWithSshd();
    await run("set 15m --via sshd", host);
    host.texts.set(dropIn, `${host.texts.get(dropIn) ?? ""}PermitRootLogin no\n`);
    host.written.length = 0;
    for (const line of ["set 20m --via sshd", "unset --via sshd"]) {
      const { exitCode, err } = await run(line, host);
      expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
      expect(err).toContain(`${dropIn}:4 was not written by sshctl`);
    }
  });

  test("can be taken away where somebody else has set another limit since", async () => {
    const rival: FakeSshd = {};
    const { host } = machineWithSshd(rival);
    await run("set 15m --via sshd", host);
    await run("set 5m --via sshd --user alice", host);
    rival.settings = "channeltimeout session:*=7\nunusedconnectiontimeout none\n";
    expect(await run("unset --via sshd --user alice", host)).toMatchObject({ exitCode: 0 });
  });
});

describe("sshd is left alone", () => {
  test.each([
    ["when it is too old", { settings: "port 22\n" }, "OpenSSH 9.2 was the first", 1],
    [
      "when its configuration is wrong",
      { test: { exitCode: 255, stderr: "line 7: Bad\u001b[2J\nmore" } },
      String.raw`line 7: Bad\x1b[2J`,
      3,
    ],
    [
      "when drop-ins are not read",
      { texts: { "/etc/ssh/sshd_config": "UsePAM yes\n" } },
      "sshctl does not edit that file",
      1,
    ],
    ["when nobody knows how to reload it", { units: "" }, "systemd knows no running sshd", 1],
  ])("%s", async (_, sshd, message, expected) => {
    const { host } = machineWithSshd(sshd);
    const { exitCode, err, out } = await run("set 15m --via sshd", host);
    expect({ exitCode, out, written: host.written }).toEqual({ exitCode: expected, out: "", written: [] });
    expect(err).toContain(message);
  });

  test.each(["9.2", "10.0", "10.4"])("for one user, where %s would say yes and do nothing", async (version) => {
    const { host } = machineWithSshd({ version });
    const { exitCode, err } = await run("set 15m --via sshd --user alice", host);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
    expect(err).toContain("Before OpenSSH 10.5");
    expect(await run("set 15m --via sshd", host)).toMatchObject({ exitCode: 0 });
  });

  test("when another binary runs than the one that is installed", async () => {
    const { host } = machineWithSshd({}, { links: { "/proc/42/exe": "/usr/sbin/sshd (deleted)" } });
    expect((await run("set 15m --via sshd", host)).err).toContain("Restart it first");
  });

  test.each([
    [
      "does not take the limit",
      { settings: "channeltimeout session:*=7\nunusedconnectiontimeout none\n" },
      "it has session:*=7",
    ],
    ["cannot be reloaded", { reload: 1 }, "ssh.service cannot be reloaded: Job failed."],
  ])("again, when it %s", async (_, sshd, message) => {
    const { host } = machineWithSshd(sshd);
    const { exitCode, err } = await run("set 15m --via sshd", host);
    expect(exitCode).not.toBe(0);
    expect(err).toContain(message);
    expect(host.texts.has(dropIn)).toBe(false);
  });

  test.each(["a*", "!x", "a b", "a,b", "a\nChannelTimeout none", ""])(
    "for a name that is a pattern: %j",
    async (name) => {
      const { host } = machineWithSshd();
      host.texts.set("/etc/group", `${name}:x:7:alice\n`);
      const { exitCode } = await sshctl(["timeout", "set", "9m", "--via", "sshd", "--group", name], {
        host: host,
      });
      expect([1, 2]).toContain(exitCode);
      expect(host.written).toEqual([]);
    },
  );
});
