import { expect, test } from "vitest";
import { findLeftovers, type EndedLogin } from "../../../src/domain/find-leftovers.ts";
import type { Process } from "../../../src/domain/process.ts";
import { findTarget } from "../../../src/domain/target.ts";
import { report, session } from "../../helpers/sessions.ts";

const login = (id: string): EndedLogin => ({ id, user: "alice", uid: 1000, beganMs: 5 });

/** Processes by their PIDs: the parent, and the scope. */
function machine(tree: Readonly<Record<number, readonly [ppid: number, scope?: string]>>) {
  const processes = new Map(
    Object.entries(tree).map(([name, [ppid]]): [number, Process] => {
      const pid = Number(name);
      return [
        pid,
        {
          pid,
          ppid,
          pgid: pid,
          sid: pid,
          startTicks: 10_000 - pid,
          comm: `p${name}`,
          tty: undefined,
          foregroundGroup: -1,
        },
      ];
    }),
  );
  return { processes, scopeOf: ({ pid }: Process) => tree[pid]?.[1] };
}

test("what runs in the scopes of sessions that are over is a row for each, known by its oldest process", () => {
  const { processes, scopeOf } = machine({ 1: [0], 40: [1, "7"], 41: [40, "7"], 50: [1, "8"], 60: [1], 70: [1, "9"] });
  const open = session({ logindSession: "5" });
  const found = findLeftovers(["5", "7", "8", "6"].map(login), report([open], { processes }), scopeOf, 60);
  expect(found).toMatchObject([
    { pid: 41, identity: { pid: 41, startTicks: 9959 }, leftPids: [41, 40], logindSession: "7", phase: "leftover" },
    {
      pid: 50,
      leftPids: [50],
      logindSession: "8",
      user: "alice",
      uid: 1000,
      startedAtMs: 5,
      self: false,
      command: "p50",
    },
  ]);
  expect(["40", "41"].map((pid) => findTarget({ kind: "pid", pid: Number(pid) }, found, processes))).toEqual([
    [found[0]],
    [found[0]],
  ]);
});

test("a session that has a connection is none, whatever logind says", () => {
  const { processes, scopeOf } = machine({ 1: [0], 40: [1, "5"] });
  for (const phase of ["authenticating", "opening", "open", "closing"] as const) {
    const sessions = [session({ logindSession: "5", phase })];
    expect(findLeftovers([login("5")], report(sessions, { processes }), scopeOf, undefined)).toEqual([]);
  }
});

test("a listener that was started in such a session, and what stands below it, is not left behind", () => {
  const { processes, scopeOf } = machine({ 1: [0], 40: [1, "7"], 800: [1, "7"], 801: [800, "7"], 802: [801, "7"] });
  const [row] = findLeftovers([login("7")], report([], { processes }), scopeOf, undefined);
  expect(row?.leftPids).toEqual([40]);
});

test("who runs inside of it, or below it in another scope, finds it to be their own", () => {
  const { processes, scopeOf } = machine({ 1: [0], 40: [1, "7"], 41: [40, "8"], 50: [1, "8"] });
  const own = (observer: number) =>
    findLeftovers([login("7"), login("8")], report([], { processes }), scopeOf, observer).map(({ self }) => self);
  expect([own(40), own(41), own(50), own(1)]).toEqual([
    [true, false],
    [true, true],
    [false, true],
    [false, false],
  ]);
});
