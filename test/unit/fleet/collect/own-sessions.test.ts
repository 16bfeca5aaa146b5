import { expect, test } from "vitest";
import { ownEndsOf, withLocalSessions, withOwnSessions } from "../../../../src/fleet/collect/own-sessions.ts";
import { sessionId, type Session } from "../../../../src/domain/session.ts";
import { readLocalAddresses } from "../../../../src/system/procfs/local-addresses.ts";
import { readPidSpace } from "../../../../src/system/procfs/pid-space.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";
import { report, session } from "../../../helpers/sessions.ts";

const here = "10.0.0.7";
const remote = { address: "10.0.0.1", port: 22 };
const socket = (port: number, uid: number, established = true) => ({
  inode: port,
  uid,
  listening: false,
  established,
  local: { address: here, port },
  remote,
});

/** Mine are 5001 and, by sudo, 5002. */
const own = ownEndsOf(
  [socket(5001, 1000), socket(5002, 0), socket(5003, 1001), socket(5004, 1000, false)],
  new Set(["127.0.0.1", here]),
  new Set([0, 1000]),
);

const from = (port: number, given: Partial<Session> = {}) =>
  session({ pid: port, peer: { address: here, port }, ...given });
/** The connection that has looked. */
const look = (given: Partial<Session> = {}) =>
  from(5000, { kind: "command", ttys: [], self: true, selfProof: "you run this inside of it", ...given });

function marks(...sessions: Session[]) {
  return withOwnSessions(report(sessions), own).sessions.map(({ pid, self }) => [pid, self]);
}

test("the connection that has looked is left out, and mine are marked by this end of theirs", () => {
  expect(marks(look(), from(5001), from(5002), from(5003), from(5004), from(5005))).toEqual([
    [5001, true],
    [5002, true],
    [5003, false],
    [5004, false],
    [5005, false],
  ]);
});

test("a command of mine from here is shown, though the look is one, too", () => {
  expect(marks(look(), from(5001, { kind: "command", ttys: [] }))).toEqual([[5001, true]]);
});

test("a shared connection over which somebody works is shown", () => {
  expect(marks(look({ kind: "mixed", ttys: ["pts/3"] }))).toEqual([[5000, true]]);
});

test("behind a jump host or a translation, mine may be any of that account from there", () => {
  const gate = (port: number, given: Partial<Session> = {}) =>
    from(port, { peer: { address: "192.0.2.9", port }, ...given });
  expect(
    marks(
      look({ peer: { address: "192.0.2.9", port: 5000 } }),
      gate(5001),
      gate(6000),
      gate(6001, { uid: 1001 }),
      from(6002),
    ),
  ).toEqual([
    [5001, undefined],
    [6000, undefined],
    [6001, false],
    [6002, false],
  ]);
});

test("where the host does not tell where sessions come from, those of that account are perhaps mine", () => {
  const hidden = { peer: undefined };
  expect(marks(look(hidden), from(1, hidden), from(2, { ...hidden, uid: 1001 }))).toEqual([
    [1, undefined],
    [2, false],
  ]);
  expect(marks(from(1, hidden), from(2, { ...hidden, uid: 1001 }))).toEqual([
    [1, undefined],
    [2, undefined],
  ]);
});

test("addresses of this machine are those that its kernel takes for its own", () => {
  const trie = `Local:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.0.0.0
        /24 link UNICAST
     |-- 10.0.0.7
        /32 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
`;
  const six =
    "fe80000000000000000000fffe000001 02 40 20 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n";
  const files = memoryFiles({ texts: { "/proc/net/fib_trie": trie, "/proc/net/if_inet6": six } });
  expect([...readLocalAddresses(files)]).toEqual(["10.0.0.7", "127.0.0.1", "fe80::ff:fe00:1", "::1"]);
});

test("on this machine itself, its own word on each session counts, and no end of a connection within it", () => {
  const from = (pid: number, self?: boolean) => session({ pid, peer: { address: "127.0.0.1", port: pid }, self });
  const [mine, perhaps, others, newcomer] = [from(7), from(8, true), from(9, true), from(10, true)];
  const marks = new Map(
    [[mine, true] as const, [perhaps, undefined] as const, [others, false] as const].map(([{ identity }, self]) => [
      sessionId(identity),
      { self, selfProof: undefined },
    ]),
  );
  const { sessions } = withLocalSessions(report([mine, perhaps, others, newcomer]), marks);
  expect(sessions.map(({ pid, self }) => [pid, self])).toEqual([
    [7, true],
    [8, undefined],
    [9, false],
    [10, false],
  ]);
});

test("it is this machine if the boot and the PID namespace are the same", () => {
  const files = (boot: string | undefined, namespace: string | undefined) =>
    memoryFiles({
      texts: boot === undefined ? {} : { "/proc/sys/kernel/random/boot_id": `${boot}\n` },
      links: namespace === undefined ? {} : { "/proc/self/ns/pid": namespace },
    });
  expect(readPidSpace(files("b", "pid:[1]"))).toBe("b pid:[1]");
  expect(readPidSpace(files("b", "pid:[2]"))).toBe("b pid:[2]");
  expect(readPidSpace(files(undefined, "pid:[1]"))).toBeUndefined();
  expect(readPidSpace(files("b", undefined))).toBeUndefined();
});
