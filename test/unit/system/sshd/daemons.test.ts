import { describe, expect, test } from "vitest";
import type { Listener } from "../../../../src/domain/session.ts";
import { configOf, findDaemons, nameOf } from "../../../../src/system/sshd/daemons.ts";
import { renewalOf, serviceCommand } from "../../../../src/system/sshd/steer.ts";
import { fakeSystemd, type FakeSystemd } from "../../../helpers/fake-systemd.ts";
import { memoryFiles, type FileTree } from "../../../helpers/memory-files.ts";

const end = { address: "0.0.0.0", port: 22 };
const listener: Listener = { pid: 800, server: "openssh", addresses: [end] };
const usual = "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0";

function machine(systemd: FakeSystemd, { texts, ...tree }: FileTree = {}) {
  const own = { "/proc/800/cgroup": "0::/system.slice/ssh.service\n", "/proc/800/cmdline": usual, ...texts };
  return {
    files: memoryFiles({ links: { "/proc/800/exe": "/usr/sbin/sshd" }, ...tree, texts: own }),
    programs: {
      run: async (name: string, args: readonly string[]) => Promise.resolve(fakeSystemd(systemd, name, args)),
    },
  };
}

const find = async (systemd: FakeSystemd, tree?: FileTree, listeners = [listener]) =>
  findDaemons(machine(systemd, tree), listeners);

describe("findDaemons", () => {
  test.each<[string, string[], string, unknown]>([
    [
      "the unit's words, where the title shows the same",
      ["-o", "Banner /a b"],
      "-o Banner /a b",
      ["unit", ["-o", "Banner /a b"]],
    ],
    ["the title's, where the unit has changed since", ["-p", "1"], "-o Banner /a b", ["title", ["-o", "Banner /a b"]]],
  ])("takes %s", async (_, words, shown, expected) => {
    const argv = ["/usr/sbin/sshd", "-D", ...words];
    const texts = { "/proc/800/cmdline": usual.replace("-D", `-D ${shown}`) };
    const [daemon] = await find({ mainPid: 800, argv }, { texts });
    expect([daemon?.optionsFrom, daemon?.options]).toEqual(expected);
    expect(daemon?.unitOptions).toEqual(words);
  });

  test.each([
    ["a title that was cut short: the unit", "sshd: /usr/sbin/sshd -D -o Por\0", 800, ["unit", []]],
    ["and nothing where there is no unit", "sshd: /usr/sbin/sshd -D -o Por\0", 1, ["nowhere", []]],
    ["arguments, up to OpenSSH 8.1", "/usr/sbin/sshd\0-D\0-o\0Banner /a b\0", 1, ["arguments", ["-o", "Banner /a b"]]],
  ])("%s", async (_, cmdline, mainPid, expected) => {
    const [daemon] = await find({ mainPid }, { texts: { "/proc/800/cmdline": cmdline } });
    expect([daemon?.optionsFrom, daemon?.options]).toEqual(expected);
  });

  test("one that was started by hand, with a file of its own", async () => {
    const texts = {
      "/proc/800/cgroup": "0::/user.slice/session-1.scope\n",
      "/proc/800/cmdline": usual.replace("-D", "-f /etc/ssh/other"),
    };
    const [daemon] = await find({}, { texts });
    expect(daemon && [configOf(daemon), renewalOf(daemon), serviceCommand("restart", daemon)]).toEqual([
      "/etc/ssh/other",
      "unknown",
      undefined,
    ]);
  });

  test("one of OpenRC", async () => {
    const tree = { links: { "/run/openrc/started/sshd": "/etc/init.d/sshd" }, texts: { "/run/sshd.pid": "800\n" } };
    const [daemon] = await find({}, tree);
    expect(daemon && serviceCommand("reload", daemon)).toEqual(["rc-service", "sshd", "reload"]);
    const [other] = await find({}, { ...tree, texts: { "/run/sshd.pid": "4711\n" } });
    expect(other?.service).toBeUndefined();
  });
});

describe("sockets of systemd", () => {
  const socket = { listen: ["[::]:22", "127.0.0.1:2222", "vsock::22"] };

  test("are held by a daemon that runs: it must not be reloaded", async () => {
    const [daemon, ...others] = await find({ mainPid: 800, socket });
    expect(others).toEqual([]);
    expect(daemon && [renewalOf(daemon), serviceCommand("restart", daemon)]).toEqual([
      "restart",
      ["systemctl", "restart", "ssh.service"],
    ]);
  });

  test("wait for the first connection", async () => {
    const [daemon, ...others] = await find({ socket }, {}, [{ ...listener, pid: 1 }]);
    expect(others).toEqual([]);
    expect(daemon).toMatchObject({
      pid: undefined,
      ends: [
        { address: "::", port: 22 },
        { address: "127.0.0.1", port: 2222 },
      ],
    });
    expect(daemon && [renewalOf(daemon), nameOf(daemon)]).toEqual(["connection", "ssh.service on port 22, port 2222"]);
  });

  test("start one for each connection", async () => {
    const [daemon] = await find({ socket: { listen: ["/run/s"], isPerConnection: true } }, {}, []);
    expect(daemon && [renewalOf(daemon), nameOf(daemon), daemon.ends]).toEqual([
      "connection",
      "ssh.socket on /run/s",
      [],
    ]);
  });

  test("of which systemd does not tell", async () => {
    const mute = { ...machine({}), programs: { run: async () => Promise.resolve(undefined) } };
    expect(await findDaemons(mute, [{ ...listener, pid: 1 }])).toMatchObject([{ pid: undefined, ends: [end] }]);
  });
});
