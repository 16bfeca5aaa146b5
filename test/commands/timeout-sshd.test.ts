import { describe, expect, test } from "vitest";
import { sshctl } from "../helpers/run-cli.ts";
import { fakeSystemd, type FakeSystemd } from "../helpers/fake-systemd.ts";
import { Host } from "../helpers/machine-builder.ts";
import { Sshd } from "../helpers/ssh-servers.ts";
import { fakeHost, type HostSpec, type FakeHost } from "../helpers/fake-host.ts";

const dropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf";
const config = { "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n" };

interface FakeSshd {
  /** Answers instead of what the drop-in says. */
  settings?: string;
  version?: string;
  test?: { exitCode: number; stderr: string };
  reload?: number;
  systemd?: FakeSystemd;
  /** No daemon runs. */
  isStopped?: boolean;
  texts?: Readonly<Record<string, string>>;
}

/** A machine whose sshd believes every drop-in, and the programs that were run on it. */
function machineWithSshd(sshd: FakeSshd = {}, machine: HostSpec = {}): { host: FakeHost; ran: string[]; pid: number } {
  const ran: string[] = [];
  const kernel = new Host();
  const pid = sshd.isStopped === true ? 0 : (Sshd.daemon(kernel, "10.0").parent?.pid ?? 0);
  const host: FakeHost = fakeHost({
    ...machine,
    kernel: kernel.files(),
    machine: { banners: { read: async () => Promise.resolve("SSH-2.0-OpenSSH_10.0") }, ...machine.machine },
    texts: { ...config, ...sshd.texts },
    run: async (path, args) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      ran.push([name, ...args.filter((arg) => !arg.includes("="))].join(" "));
      const answer = (stdout: string, exitCode = 0, stderr = "") => Promise.resolve({ stdout, stderr, exitCode });
      const told = fakeSystemd({ mainPid: pid, ...sshd.systemd }, name, args);
      if (told !== undefined) return Promise.resolve(told);
      if (name === "systemctl") return answer("", sshd.reload ?? 0, "Job failed.\nSee");
      if (name === "sshd" && args[0] === "-t") return answer("", sshd.test?.exitCode ?? 0, sshd.test?.stderr);
      if (name === "sshd" && args[0] === "-V") return answer("", 0, `OpenSSH_${sshd.version ?? "10.6"}p1, OpenSSL`);
      const user = /user=([^,]*)/.exec(args.join(" "))?.[1] ?? "";
      return name === "sshd" ? answer(sshd.settings ?? settingsFor(user, host.texts.get(dropIn) ?? "")) : undefined;
    },
  });
  return { host, ran, pid };
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
    const { exitCode, out, err } = await run("set 15m --via sshd --global", host);
    expect(exitCode).toBe(0);
    expect(host.texts.get(dropIn)).toMatch(/^ChannelTimeout session:shell=900\n$/m);
    expect(err).toContain("silent program in their foreground");
    expect(err).not.toContain("commands");
    expect(out).toContain(`${dropIn}: created\nsshd has been reloaded: the change applies to new connections.`);
    expect(out).toMatch(/\nUndo: sshctl undo \d{8}T\d{9}-\w{4}\n$/);
    expect(ran).toContain("systemctl reload ssh.service");
    expect(ran.indexOf("sshd -t")).toBeLessThan(ran.indexOf("systemctl reload ssh.service"));
    expect(ran.at(-1)).toBe("sshd -T -C");
  });

  test("users come before groups, and everybody first", async () => {
    const { host } = machineWithSshd();
    await run("set 5m --via sshd --group ops", host);
    await run("set 3m --via sshd --user bob --channels shell,command,sftp --unused 10m", host);
    const { err } = await run("set 15m --via sshd --global --unused 1h", host);
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
    await run("unset --via sshd --user bob", host);
    expect(host.texts.get(dropIn)).not.toContain("bob");
    await run("unset --via sshd --group ops", host);
    expect((await run("unset --via sshd --global", host)).out).toContain(`${dropIn}: removed\n`);
    expect(await run("unset --via sshd --global", host)).toMatchObject({ exitCode: 1 });
  });

  test("the same again writes nothing", async () => {
    const { host } = machineWithSshd();
    await run("set 15m --via sshd --global", host);
    host.written.length = 0;
    const { out, exitCode } = await run("set 900 --via sshd --global --channels shell", host);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [] });
    expect(out).toContain("already");
  });

  test("a dry run runs no reload", async () => {
    const { host, ran } = machineWithSshd();
    expect((await run("set 15m --via sshd --global -n", host)).out).toContain("+ChannelTimeout session:shell=900\n");
    expect(ran.filter((line) => line.includes("reload"))).toEqual([]);
    expect(host.written).toEqual([]);
  });

  test("systemd may start sshd with the first connection: nothing is to be reloaded", async () => {
    const { host, ran } = machineWithSshd({ isStopped: true, systemd: { socket: { listen: ["[::]:22"] } } });
    expect(await run("set 15m --via sshd --global", host)).toMatchObject({ exitCode: 0 });
    expect(ran.filter((line) => /reload|restart/.test(line))).toEqual([]);
  });

  test("an sshd that has its sockets from systemd is restarted, once and never reloaded", async () => {
    const { host, ran } = machineWithSshd({ systemd: { socket: { listen: ["[::]:22"] } } });
    expect(await run("set 15m --via sshd --global", host)).toMatchObject({ exitCode: 0 });
    expect(ran.filter((line) => line.startsWith("systemctl re"))).toEqual([
      "systemctl reset-failed ssh.service ssh.socket",
      "systemctl restart ssh.service",
    ]);
  });

  test("an sshd that is silent afterwards is restarted with what was before", async () => {
    let isSilent = false;
    const greeting = () => (isSilent ? undefined : "SSH-2.0-OpenSSH_10.0");
    const { host, ran } = machineWithSshd(
      {},
      { machine: { banners: { read: async () => Promise.resolve(greeting()) } } },
    );
    const { run: real } = host.programs;
    host.programs.run = async (name, args, ...rest) => {
      if (args[0] === "reload") isSilent = true;
      if (args[0] === "restart") isSilent = false;
      return real(name, args, ...rest);
    };
    const { exitCode, err } = await run("set 15m --via sshd --global", host);
    expect(exitCode).toBe(3);
    expect(err).toContain("No SSH server answers on ::1 port 22, 127.0.0.1 port 22 any more.");
    expect(host.texts.has(dropIn)).toBe(false);
    expect(ran.filter((line) => /^systemctl re(?:load|start)/.test(line))).toEqual([
      "systemctl reload ssh.service",
      "systemctl reload ssh.service",
      "systemctl restart ssh.service",
    ]);
  });

  test("the daemon's own options decide, and are asked for", async () => {
    const argv = ["/usr/sbin/sshd", "-D", "-o", "ChannelTimeout session:*=7"];
    const rival = machineWithSshd({
      systemd: { argv },
      settings: "channeltimeout session:*=7\nunusedconnectiontimeout none\n",
    });
    const title = "sshd: /usr/sbin/sshd -D -o ChannelTimeout session:*=7 [listener] 0 of 10-100 startups\0";
    rival.host.texts.set(`/proc/${String(rival.pid)}/cmdline`, title);
    const { exitCode, err } = await run("set 15m --via sshd --global", rival.host);
    expect(exitCode).toBe(1);
    expect(err).toContain("It is also set by -o ChannelTimeout session:*=7.");
    const other = machineWithSshd({ texts: { "/etc/ssh/other": "Port 2222\n" } });
    other.host.texts.set(`/proc/${String(other.pid)}/cmdline`, title.replace(/-o .*\*=7/, "-f /etc/ssh/other"));
    expect((await run("set 15m --via sshd --global", other.host)).err).toContain("/etc/ssh/other does not include");
  });

  test("a line of somebody else that counts no more is named", async () => {
    const texts = { "/etc/ssh/sshd_config.d/50-x.conf": "ChannelTimeout x11-connection=5m\n" };
    const { err } = await run("set 15m --via sshd --global", machineWithSshd({ texts }).host);
    expect(err).toContain("/etc/ssh/sshd_config.d/50-x.conf:1 (ChannelTimeout x11-connection=5m) no longer counts");
  });
});

describe("our file", () => {
  test("with lines of somebody else is not rewritten", async () => {
    const { host } = machineWithSshd();
    await run("set 15m --via sshd --global", host);
    host.texts.set(dropIn, `${host.texts.get(dropIn) ?? ""}PermitRootLogin no\n`);
    host.written.length = 0;
    for (const line of ["set 20m --via sshd --global", "unset --via sshd --global"]) {
      const { exitCode, err } = await run(line, host);
      expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
      expect(err).toContain(`${dropIn}:4 was not written by sshctl`);
    }
  });

  test("can be taken away where somebody else has set another limit since", async () => {
    const rival: FakeSshd = {};
    const { host } = machineWithSshd(rival);
    await run("set 15m --via sshd --global", host);
    await run("set 5m --via sshd --user alice", host);
    rival.settings = "channeltimeout session:*=7\nunusedconnectiontimeout none\n";
    expect(await run("unset --via sshd --user alice", host)).toMatchObject({ exitCode: 0 });
  });
});

describe("sshd is left alone", () => {
  test.each([
    ["when it is too old", { settings: "port 22\n" }, "which was added in OpenSSH 9.2", 1],
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
    ["when none runs", { isStopped: true }, "No running OpenSSH server can be seen", 1],
  ])("%s", async (_, sshd, message, expected) => {
    const { host } = machineWithSshd(sshd);
    const { exitCode, err, out } = await run("set 15m --via sshd --global", host);
    expect({ exitCode, out, written: host.written }).toEqual({ exitCode: expected, out: "", written: [] });
    expect(err).toContain(message);
  });

  test.each(["9.2", "10.0", "10.4"])("for one user, where %s would say yes and do nothing", async (version) => {
    const { host } = machineWithSshd({ version });
    const { exitCode, err } = await run("set 15m --via sshd --user alice", host);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
    expect(err).toContain("Before OpenSSH 10.5");
    expect(await run("set 15m --via sshd --global", host)).toMatchObject({ exitCode: 0 });
  });

  test("when another binary runs than the one that is installed", async () => {
    const links: Record<string, string> = {};
    const { host, pid } = machineWithSshd({}, { links });
    links[`/proc/${String(pid)}/exe`] = "/usr/sbin/sshd (deleted)";
    expect((await run("set 15m --via sshd --global", host)).err).toContain("Restart it first");
  });

  test.each([
    [
      "does not take the limit",
      { settings: "channeltimeout session:*=7\nunusedconnectiontimeout none\n" },
      "it has session:*=7",
    ],
    ["cannot be reloaded", { reload: 1 }, "did not read its configuration again: Job failed.; See"],
  ])("again, when it %s", async (_, sshd, message) => {
    const { host } = machineWithSshd(sshd);
    const { exitCode, err } = await run("set 15m --via sshd --global", host);
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
