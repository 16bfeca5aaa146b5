import { describe, expect, test } from "vitest";
import type { Termination } from "../../../../../src/features/kill/plan/plan-terminations.ts";
import { UsageError } from "../../../../../src/errors.ts";
import { deliver, type Orders } from "../../../../../src/features/kill/deliver/deliver.ts";
import { DyingMachine, StillClock } from "../../../../helpers/dying-machine.ts";

const usual: Orders = { signal: "TERM", graceMs: 5000, escalate: true };

async function endAll(
  machine: DyingMachine,
  terminations: readonly Termination[],
  orders: Partial<Orders> = {},
  { clock = new StillClock(), interruption = new AbortController().signal, send = machine.send } = {},
) {
  const backend = { preview: async () => Promise.resolve([]), send };
  const outcomes = await deliver(
    terminations,
    { ...usual, ...orders },
    { files: machine.files, clock, backend, thaw: async () => Promise.resolve() },
    interruption,
  );
  return terminations.map((termination) => outcomes.get(termination));
}

describe("deliver", () => {
  test.each(["TERM", "HUP", "KILL"] as const)(
    "signals the session child with %s, and never its monitor",
    async (signal) => {
      const machine = new DyingMachine();
      const termination = machine.pair();
      expect(await endAll(machine, [termination], { signal })).toEqual([{ kind: "ended", signal, seconds: 0 }]);
      expect(machine.signals).toEqual([{ pid: termination.targets[0]?.pid, signal }]);
    },
  );

  test("calls nothing ended while the monitor lives", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair({ monitor: { answers: { TERM: "dies" } } });
    const clock = new StillClock();
    clock.onPause = (now) => {
      if (now === 4000) machine.end(termination.monitor?.pid ?? 0);
    };
    expect(await endAll(machine, [termination], {}, { clock })).toEqual([
      { kind: "ended", signal: "TERM", seconds: 3 },
    ]);
  });

  test("goes from TERM to KILL, and to the monitor only when its child is gone", async () => {
    const machine = new DyingMachine();
    const stubborn = { answers: { TERM: "holds" } } as const;
    const termination = machine.pair({ child: stubborn, monitor: stubborn });
    expect(await endAll(machine, [termination])).toEqual([
      { kind: "ended", signal: "KILL", seconds: expect.any(Number) },
    ]);
    const [child, monitor] = [termination.targets[0]?.pid, termination.monitor?.pid];
    expect(machine.signals).toEqual([
      { pid: child, signal: "TERM" },
      { pid: child, signal: "KILL" },
      { pid: monitor, signal: "TERM" },
      { pid: monitor, signal: "KILL" },
    ]);
  });

  test("leaves the monitor alone while a child in state D lives, and says why", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair({ child: { answers: { TERM: "holds", KILL: "holds" }, state: "D" } });
    expect(await endAll(machine, [termination])).toMatchObject([
      { kind: "survived", why: { kind: "process", state: "uninterruptible" } },
    ]);
    expect(new Set(machine.signals.map(({ pid }) => pid))).toEqual(new Set([termination.targets[0]?.pid]));
  });

  test("sends no KILL without leave to", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair({ child: { answers: { TERM: "holds" }, state: "T" } });
    expect(await endAll(machine, [termination], { escalate: false })).toMatchObject([
      { kind: "survived", why: { kind: "process", state: "stopped" } },
    ]);
    expect(machine.signals.map(({ signal }) => signal)).toEqual(["TERM"]);
  });

  test("signals no process that has taken the PID of a session", async () => {
    const machine = new DyingMachine();
    const termination = machine.single();
    const [target] = termination.targets;
    machine.reuse(target?.pid ?? 0);
    expect(await endAll(machine, [termination])).toEqual([{ kind: "identity-changed" }]);
    expect(machine.signals).toEqual([]);
    expect(machine.isAlive(target?.pid ?? 0)).toBe(true);
  });

  test("knows a session that had already ended, and one that is another's", async () => {
    const machine = new DyingMachine();
    const [ended, refused] = [machine.pair(), machine.pair({ child: { answers: { TERM: "refused" } } })];
    machine.end(ended.targets[0]?.pid ?? 0);
    expect(await endAll(machine, [ended, refused])).toEqual([{ kind: "already-gone" }, { kind: "not-permitted" }]);
    expect(machine.isAlive(refused.targets[0]?.pid ?? 0)).toBe(true);
  });

  test("calls a session alive whose connection somebody holds", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair();
    machine.hold(termination);
    expect(await endAll(machine, [termination])).toMatchObject([
      { kind: "survived", why: { kind: "connection-held" } },
    ]);
  });

  test("stops waiting when it is interrupted, and tells what is not certain", async () => {
    const machine = new DyingMachine();
    const [quick, slow] = [machine.pair(), machine.pair({ child: { answers: { TERM: "holds" } } })];
    const interruption = new AbortController();
    const clock = new StillClock();
    clock.onPause = () => interruption.abort();
    const outcomes = await endAll(machine, [quick, slow], {}, { clock, interruption: interruption.signal });
    expect(outcomes.map((outcome) => outcome?.kind)).toEqual(["ended", "undecided"]);
    expect(machine.signals.map(({ signal }) => signal)).toEqual(["TERM", "TERM"]);
  });

  test("throws what a backend cannot do before the first signal, and tells it as an outcome after that", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair({ child: { answers: { TERM: "holds" } } });
    const refuse = async () => Promise.reject(new UsageError("pkill cannot"));
    await expect(endAll(machine, [termination], {}, { send: refuse })).rejects.toThrow(UsageError);
    expect(machine.signals).toEqual([]);
    const onlyOnce: typeof machine.send = async (batches, signal) =>
      signal === "KILL" ? refuse() : machine.send(batches, signal);
    expect(await endAll(machine, [termination], {}, { send: onlyOnce })).toEqual([
      { kind: "survived", why: { kind: "failed", message: "pkill cannot" } },
    ]);
  });

  test("reads each process a few times only, however many end together", async () => {
    const machine = new DyingMachine();
    const terminations = Array.from({ length: 300 }, () => machine.pair());
    const outcomes = await endAll(machine, terminations);
    expect(new Set(outcomes.map((outcome) => outcome?.kind))).toEqual(new Set(["ended"]));
    expect(machine.reads).toBeLessThan(300 * 3);
  });
});

describe("somebody who logs in between the plan and the signal", () => {
  const shell = { comm: "bash", answers: {} } as const;

  test("keeps a monitor whose helper has ended, because it has a session child now", async () => {
    const machine = new DyingMachine();
    const termination = machine.pair({ monitor: { answers: { TERM: "holds" } } });
    const [helper] = termination.targets;
    machine.end(helper?.pid ?? 0);
    const child = machine.child(termination.monitor?.pid ?? 0);
    expect(await endAll(machine, [termination])).toMatchObject([
      {
        kind: "survived",
        why: { kind: "login-completed", pid: child.pid },
      },
    ]);
    expect(machine.signals).toEqual([]);
  });

  test("keeps a single process that has become a monitor from KILL, and lets it pass TERM on", async () => {
    for (const [signal, kind, sent] of [
      ["KILL", "survived", 0],
      ["TERM", "ended", 1],
    ] as const) {
      const machine = new DyingMachine();
      const termination = machine.single();
      machine.child(termination.targets[0]?.pid ?? 0);
      const [outcome] = await endAll(machine, [termination], { signal });
      expect([outcome?.kind, machine.signals.length]).toEqual([kind, sent]);
    }
  });

  test("is no reason to spare a single process whose user runs something", async () => {
    const machine = new DyingMachine();
    const termination = machine.single();
    const pid = termination.targets[0]?.pid ?? 0;
    machine.child(pid, { ...shell, sid: 4711 });
    expect(await endAll(machine, [termination], { signal: "KILL" })).toMatchObject([{ kind: "ended" }]);
  });
});

test("nothing is signalled once it was interrupted", async () => {
  const machine = new DyingMachine();
  const interruption = new AbortController();
  interruption.abort();
  const outcomes = await endAll(machine, [machine.pair()], {}, { interruption: interruption.signal });
  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(["undecided"]);
  expect(machine.signals).toEqual([]);
});
