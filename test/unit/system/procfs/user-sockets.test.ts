import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import type { Files } from "../../../../src/host/files/files.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { withTexts } from "../../../helpers/memory-files.ts";
import { Host, now, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { Sshd } from "../../../helpers/ssh-servers.ts";

const users = ["alice", "bob", "root"] as const;

/** What sockets a process opens beside its connection. */
const opened = fc.record({ tcp: fc.nat(2), unix: fc.nat(1) });

const login = fc.record({ user: fc.constantFrom(...users), hasTerminal: fc.boolean(), forwards: opened });

const crowd = fc.record({
  logins: fc.array(login, { maxLength: 9 }),
  /** Programs of users outside of their sessions, and daemons of root's. */
  others: fc.array(fc.record({ user: fc.constantFrom(...users), holds: opened }), { maxLength: 3 }),
  /** Unix sockets that listen, and whose holders cannot be seen. */
  unheld: fc.nat(1),
});

type Crowd = typeof crowd extends fc.Arbitrary<infer Value> ? Value : never;

interface Scene {
  files: Files;
  /** By the PID of each session child: the ends of its forwards, as its sshd knows them. */
  truth: ReadonlyMap<number, readonly string[]>;
}

function sceneOf({ logins, others, unheld }: Crowd): Scene {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  const unix: string[] = [];
  const open = (process: ProcessSpec, uid: number, { tcp, unix: paths }: { tcp: number; unix: number }): string[] => {
    const ports = Array.from({ length: tcp }, () => `127.0.0.1:${String(host.number())}`);
    const links = ports.map((local) => host.listening(local, { uid }).link);
    const inodes = Array.from({ length: paths }, () => host.number());
    for (const inode of inodes) unix.push(unixRow(inode));
    const all = [...links, ...inodes.map((inode) => `socket:[${String(inode)}]`)];
    process.fds = { ...process.fds, ...Object.fromEntries(all.map((link, index) => [20 + index, link])) };
    return [...ports, ...inodes.map((inode) => `/run/${String(inode)}`)];
  };
  const truth = new Map<number, readonly string[]>();
  for (const { user, hasTerminal, forwards } of logins) {
    const ttys = hasTerminal ? [`pts/${String(host.number())}`] : [];
    const { serving } = sshd.login({ user, ...(hasTerminal ? { ttys } : {}) });
    truth.set(serving.pid, open(serving, host.uid(user), forwards));
  }
  for (const { user, holds } of others) open(host.process({ uid: host.uid(user) }), host.uid(user), holds);
  for (let index = 0; index < unheld; index += 1) unix.push(unixRow(host.number()));
  const files = host.files();
  const table = `Num       RefCount Protocol Flags    Type St Inode Path\n${unix.join("")}`;
  return { files: withTexts(files, (path) => (path === "/proc/net/unix" ? table : files.read(path))), truth };
}

/** As in af_unix.c: "%pK: %08X %08X %08X %04X %02X %5lu", and the path. */
function unixRow(inode: number): string {
  return `0000000000000000: 00000002 00000000 00010000 0001 01 ${String(inode).padStart(5)} /run/${String(inode)}\n`;
}

function forwardsIn(files: Files): Map<number, string[]> {
  const machine = { files, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
  const { sessions } = assembleSessions(readSnapshot(machine));
  return new Map(
    sessions.map(({ pid, forwards }) => [
      pid,
      (forwards ?? []).map((forward) =>
        "path" in forward ? forward.path : "listen" in forward ? `127.0.0.1:${String(forward.listen.port)}` : "?",
      ),
    ]),
  );
}

describe("forwards of session children", () => {
  test.prop([crowd])("are all found, and none is another process's, whoever else holds sockets", (given) => {
    const { files, truth } = sceneOf(given);
    const sorted = (all: ReadonlyMap<number, readonly string[]>) =>
      Object.fromEntries([...all].map(([pid, ends]) => [pid, ends.toSorted()]));
    expect(sorted(forwardsIn(files))).toEqual(sorted(truth));
  });

  test("of a crowd without forwards no open files are read", () => {
    const logins = Array.from({ length: 20 }, () => ({
      user: "alice" as const,
      hasTerminal: true,
      forwards: { tcp: 0, unix: 0 },
    }));
    const daemon = { user: "root" as const, holds: { tcp: 1, unix: 1 } };
    const { files, truth } = sceneOf({ logins, others: [daemon], unheld: 0 });
    const looked = new Set<string>();
    const counted: Files = {
      ...files,
      names: (path, most) => {
        looked.add(path);
        return files.names(path, most);
      },
    };
    expect(forwardsIn(counted).size).toBe(20);
    expect([...truth.keys()].filter((pid) => looked.has(`/proc/${String(pid)}/fd`))).toEqual([]);
  });
});
