import { expect, test } from "vitest";
import { findServed, findSilent, renew } from "../../../../src/system/sshd/steer.ts";
import { daemon } from "../../../helpers/daemons.ts";
import { StillClock } from "../../../helpers/dying-machine.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";
import { endpoint, tcpText } from "../../../helpers/proc-text.ts";

const ends = [
  { address: "0.0.0.0", port: 22 },
  { address: "::", port: 22 },
];

function machine(greeting: (address: string) => string | undefined, inodes: number[] = []) {
  const clock = new StillClock();
  const ran: string[] = [];
  const row = () => ({
    local: endpoint("0.0.0.0:22"),
    remote: endpoint("0.0.0.0:0"),
    inode: inodes[0] ?? 1,
    listening: true,
    uid: 0,
  });
  const files = memoryFiles({});
  return {
    clock,
    ran,
    files: {
      ...files,
      read: (path: string) => (path === "/proc/net/tcp" ? tcpText([row()]) : files.read(path)),
    },
    banners: { read: async (address: string) => Promise.resolve(greeting(address)) },
    programs: {
      run: async (name: string, args: readonly string[]) => {
        ran.push([name, ...args].join(" "));
        return Promise.resolve({ stdout: "", exitCode: 0 });
      },
    },
  };
}

test("findSilent asks every port on this machine", async () => {
  expect(
    await findSilent(
      ends,
      machine(() => "SSH-2.0-OpenSSH_10.0"),
    ),
  ).toEqual([]);
  expect(
    await findSilent(
      ends,
      machine(() => "220 mail"),
    ),
  ).toEqual(["127.0.0.1 port 22", "::1 port 22"]);
  expect(
    await findSilent(
      ends,
      machine(() => undefined),
    ),
  ).toHaveLength(2);
  const onlyFour = machine((address) => (address === "127.0.0.1" ? "SSH-2.0-x" : undefined));
  expect(await findSilent(ends, onlyFour)).toEqual(["::1 port 22"]);
  expect(await findServed(ends, onlyFour)).toEqual(ends.slice(0, 1));
});

test("a socket of systemd is reached by either family", async () => {
  const both = ends.slice(1);
  expect(
    await findSilent(
      both,
      machine((address) => (address === "127.0.0.1" ? "SSH-2.0-x" : undefined)),
    ),
  ).toEqual([]);
});

test("a reload has happened when the daemon listens on other sockets", async () => {
  const inodes = [1];
  const world = machine(() => undefined, inodes);
  world.clock.onPause = (now) => {
    if (now >= 1200) inodes[0] = 2;
  };
  expect(await renew(daemon(), world)).toBeUndefined();
  expect(world.clock.now()).toBe(1200);
  expect(world.ran).toEqual(["systemctl reload ssh.service"]);
});
