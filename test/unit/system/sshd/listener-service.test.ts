import { describe, expect, test } from "vitest";
import type { Listener } from "../../../../src/domain/session.ts";
import { findConfigurationError, findService, findSilent } from "../../../../src/system/sshd/listener-service.ts";
import type { ProgramOutput, Programs } from "../../../../src/host/programs/run.ts";
import { StillClock } from "../../../helpers/dying-machine.ts";
import { memoryFiles, type FileTree } from "../../../helpers/memory-files.ts";

const listener: Listener = {
  pid: 800,
  server: "openssh",
  addresses: [
    { address: "0.0.0.0", port: 22 },
    { address: "::", port: 22 },
  ],
};

/** Answers to command lines; whatever else is run is a mistake. */
function ports(tree: FileTree, answers: Readonly<Record<string, ProgramOutput | undefined>>, greeting?: string) {
  const run: Programs["run"] = async (name, args) => {
    const line = [name, ...args].join(" ");
    if (!Object.hasOwn(answers, line)) throw new Error(`${line} must not run`);
    return Promise.resolve(answers[line]);
  };
  return {
    files: memoryFiles(tree),
    programs: { run },
    greetings: { read: async () => Promise.resolve(greeting) },
    clock: new StillClock(),
  };
}

const inService = { texts: { "/proc/800/cgroup": "0::/system.slice/ssh.service\n" } };

describe("findService", () => {
  test("is the unit whose main process the listener is", async () => {
    const answers = { "systemctl show --property=MainPID ssh.service": { stdout: "MainPID=800\n", exitCode: 0 } };
    expect(await findService(listener, ports(inService, answers))).toMatchObject({
      name: "ssh.service",
      restart: ["systemctl", "restart", "ssh.service"],
    });
  });

  test.each<[string, FileTree, Record<string, ProgramOutput | undefined>]>([
    [
      "its unit has another main process",
      inService,
      { "systemctl show --property=MainPID ssh.service": { stdout: "MainPID=1\n", exitCode: 0 } },
    ],
    ["it was started by hand in a session", { texts: { "/proc/800/cgroup": "0::/user.slice/session-1.scope\n" } }, {}],
    ["there is no service manager", {}, {}],
  ])("is unknown when %s", async (_, tree, answers) => {
    expect(await findService(listener, ports(tree, answers))).toBeUndefined();
  });

  test("is the socket unit on that port where systemd listens", async () => {
    const stdout =
      "/run/dbus/socket dbus.socket dbus.service\nvsock::22 sshd-vsock.socket -\n[::]:22 ssh.socket ssh.service\n";
    const answers = { "systemctl list-sockets --no-legend --no-pager --full": { stdout, exitCode: 0 } };
    expect(await findService({ ...listener, pid: 1 }, ports({}, answers))).toMatchObject({ name: "ssh.socket" });
  });

  test("is the started service of OpenRC", async () => {
    const links = { "/run/openrc/started/sshd": "/etc/init.d/sshd" };
    const of = (pid: string) => ports({ links, texts: { "/run/sshd.pid": pid } }, {});
    expect(await findService(listener, of("800\n"))).toMatchObject({ restart: ["rc-service", "sshd", "restart"] });
    expect(await findService(listener, of("4711\n"))).toBeUndefined();
    expect(await findService(listener, ports({ links }, {}))).toBeUndefined();
  });
});

describe("findConfigurationError", () => {
  const exe = (link: string) => ({ links: { "/proc/800/exe": link } });

  test.each<[string, ProgramOutput | undefined, string | undefined]>([
    ["/usr/sbin/sshd", { stdout: "", exitCode: 0 }, undefined],
    ["/opt/ssh/sshd (deleted)", { stdout: "", stderr: "line 3: Bad option\n", exitCode: 255 }, "line 3: Bad option"],
    ["/usr/sbin/sshd", { stdout: "", exitCode: undefined }, "/usr/sbin/sshd -t failed"],
    ["/opt/ssh/sshd", undefined, "/opt/ssh/sshd is not there"],
  ])("%s", async (link, output, problem) => {
    const answers = { [`${link.replace(" (deleted)", "")} -t`]: output };
    expect(await findConfigurationError(listener, ports(exe(link), answers))).toBe(problem);
  });

  test.each([
    ["sshd: /usr/sbin/sshd -D -f /etc/ssh/other [listener] 0 of 10-100 startups\0\0", "-f /etc/ssh/other "],
    ["/usr/sbin/sshd\0-D\0-p\0\x32022\0", "-p 2022 "],
    ["sshd: /usr/sbin/sshd -D -o Por", ""],
  ])("asks with the options that the server was started with: %j", async (cmdline, options) => {
    const tree = { ...exe("/usr/sbin/sshd"), texts: { "/proc/800/cmdline": cmdline } };
    const answers = { [`/usr/sbin/sshd ${options}-t`]: { stdout: "", exitCode: 0 } };
    expect(await findConfigurationError(listener, ports(tree, answers))).toBeUndefined();
  });

  test("takes the usual program where the listener's own cannot be seen", async () => {
    const answers = { "/usr/sbin/sshd -t": { stdout: "", exitCode: 0 } };
    expect(await findConfigurationError({ ...listener, pid: 1 }, ports({}, answers))).toBeUndefined();
  });
});

describe("findSilent", () => {
  test("asks every port on this machine", async () => {
    expect(await findSilent(listener, ports({}, {}, "SSH-2.0-OpenSSH_10.0"))).toEqual([]);
    expect(await findSilent(listener, ports({}, {}, "220 mail"))).toEqual(["127.0.0.1 port 22", "::1 port 22"]);
    expect(await findSilent(listener, ports({}, {}))).toHaveLength(2);
  });
});
