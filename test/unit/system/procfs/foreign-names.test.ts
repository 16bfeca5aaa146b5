import { describe, expect, test } from "vitest";
import { Host, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { generationNames, Sshd } from "../../../helpers/ssh-servers.ts";

/** All processes of sshd under another name. */
function rename(host: Host, change: (process: ProcessSpec) => Partial<ProcessSpec>): void {
  for (const process of host.all) if (process.exe.includes("sshd")) Object.assign(process, change(process));
}

describe.each(generationNames)("OpenSSH %s", (generation) => {
  test.each<[string, (process: ProcessSpec) => Partial<ProcessSpec>]>([
    [
      "through a link",
      ({ exe, title }) => (exe === "/usr/sbin/sshd" ? { comm: "sftpd", title: title?.replace(/^[^:]+/, "sftpd") } : {}),
    ],
    [
      "as a copy",
      ({ title }) => ({ comm: "login2", exe: "/usr/sbin/login2", title: title?.replace(/^[^:]+/, "login2") }),
    ],
  ])("%s, shows the same sessions", (way, change) => {
    // Before 8.2 a listener had no title: of a copy nothing tells what it is.
    if (generation === "8.1" && way === "as a copy") return;
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    sshd.login({ user: "alice", ttys: ["pts/1"], scope: "c1" });
    sshd.login({ user: "root", command: ["sleep", "9"] });
    sshd.guess("bob", "192.0.2.1:4001");
    const { sessions, listeners } = host.report();
    rename(host, change);
    const renamed = host.report();
    expect(renamed.sessions).toEqual(sessions);
    expect(renamed.listeners).toEqual(listeners);
    expect(renamed.warnings).toEqual([]);
  });
});

describe("a connection that no row tells of", () => {
  test("is told with its holder", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    const { link } = host.connected("10.0.0.1:22", "192.0.2.7:4000");
    const holder = host.process({ comm: "strange", uid: 1666, fds: { 5: link } });
    expect(host.report().warnings).toEqual([
      {
        code: "unexplained-connection",
        message: `1 connection to an SSH port that no row accounts for: 192.0.2.7:4000 (PID ${String(holder.pid)}, strange)`,
      },
    ]);
  });

  test("of a process that says something of itself that no version is known to say", () => {
    const host = new Host();
    const { connection } = Sshd.daemon(host, "10.0").accept("192.0.2.7:4000", "alice [thinking]");
    expect(host.report().warnings).toMatchObject([
      {
        code: "unexplained-connection",
        message: expect.stringContaining(`PID ${String(connection.pid)}, sshd-session`),
      },
    ]);
  });

  test("is not one to another port, or one that this machine has opened itself", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice" });
    host.connected("10.0.0.1:443", "192.0.2.7:4000");
    host.connected("10.0.0.1:50000", "192.0.2.7:22");
    expect(host.report().warnings).toEqual([]);
  });

  test("is not one that a user has made, or one to another server's address with the same port", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0", { listen: ["10.0.0.1:443"] });
    host.connected("10.0.0.1:443", "192.0.2.7:4000", { uid: 1666 });
    host.connected("10.0.0.2:443", "192.0.2.7:4001");
    expect(host.report().warnings).toEqual([]);
    host.connected("10.0.0.1:443", "192.0.2.7:4002");
    expect(host.report().warnings).toMatchObject([{ message: expect.stringContaining("192.0.2.7:4002") }]);
  });
});
