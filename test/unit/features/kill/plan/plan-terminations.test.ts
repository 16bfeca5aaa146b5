import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { planTerminations, type Termination } from "../../../../../src/features/kill/plan/plan-terminations.ts";
import { proofOf } from "../../../../../src/features/kill/text/spared.ts";
import { Host } from "../../../../helpers/machine-builder.ts";
import { Dropbear, generationNames, Sshd, type Generation } from "../../../../helpers/ssh-servers.ts";

const spareOwn = { includeSelf: false, maySignal: () => true, protectedBy: () => undefined };

/** The PIDs that a cut means. */
const pidsOf = ({ targets, monitor }: Termination) => ({
  targets: targets.map(({ pid }) => pid),
  monitor: monitor?.pid,
});

describe("what is signalled", () => {
  test.each(generationNames)("OpenSSH %s: the session child of a user", (generation) => {
    const host = new Host();
    const { serving, connection } = Sshd.daemon(host, generation).login({ user: "alice", ttys: ["pts/1"] });
    const report = host.report();
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([
      { targets: [serving.pid], monitor: connection.pid },
    ]);
  });

  test.each<[Generation, boolean]>([
    ["8.1", true],
    ["9.2", true],
    ["9.9", false],
    ["10.0", false],
    ["10.6", false],
  ])("OpenSSH %s: root's single process: %s", (generation, isSingle) => {
    const host = new Host();
    const { serving, connection } = Sshd.daemon(host, generation).login({ user: "root", ttys: ["pts/1"] });
    const report = host.report();
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([
      { targets: [serving.pid], monitor: isSingle ? undefined : connection.pid },
    ]);
  });

  test("dropbear: the single process", () => {
    const host = new Host();
    const { connection } = new Dropbear(host, { becomesUser: false }).login({ user: "carol", ttys: ["pts/3"] });
    const report = host.report();
    const planned = { targets: [connection.pid], monitor: undefined };
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([planned]);
  });

  test.each(generationNames)("OpenSSH %s, before the login: the helper, not the monitor", (generation) => {
    const host = new Host();
    const { serving, connection } = Sshd.daemon(host, generation).guess("root", "192.0.2.1:4001");
    const report = host.report();
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([
      { targets: [serving.pid], monitor: connection.pid },
    ]);
  });

  test("a connection that was just accepted: its only process", () => {
    const host = new Host();
    const { connection } = Sshd.daemon(host, "10.0").accept("192.0.2.1:4001");
    const report = host.report();
    const planned = { targets: [connection.pid], monitor: undefined };
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([planned]);
  });

  test("a session child whose monitor was killed: that child", () => {
    const host = new Host();
    const { serving, connection } = Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    host.kill(connection);
    const report = host.report();
    const planned = { targets: [serving.pid], monitor: undefined };
    expect(planTerminations(report, report.sessions, spareOwn).terminations.map(pidsOf)).toEqual([planned]);
  });
});

describe("who is spared", () => {
  function machine() {
    const host = new Host();
    const sshd = Sshd.daemon(host, "10.0");
    const own = sshd.login({ user: "alice", ttys: ["pts/1"] });
    const other = sshd.login({ user: "bob", ttys: ["pts/2"] });
    const [shell] = own.programs;
    if (shell === undefined) throw new Error("unreachable");
    const sshctl = host.run(shell, "node");
    return { own, other, report: host.report({ ...sshctl, uid: 0 }) };
  }

  test("the own session, with the reason", () => {
    const { own, other, report } = machine();
    const { terminations, spared } = planTerminations(report, report.sessions, spareOwn);
    expect(terminations.map(({ session }) => session.pid)).toEqual([other.serving.pid]);
    expect(spared).toMatchObject([{ session: { pid: own.serving.pid }, protection: "own" }]);
    expect(spared.map(proofOf)).toEqual(["is your own session: you run this inside it"]);
  });

  test("nobody with --include-self, and the own session comes last", () => {
    const { own, other, report } = machine();
    const { terminations, spared } = planTerminations(report, report.sessions, {
      includeSelf: true,
      maySignal: () => true,
      protectedBy: () => undefined,
    });
    expect(terminations.map(({ session }) => session.pid)).toEqual([other.serving.pid, own.serving.pid]);
    expect(spared).toEqual([]);
  });

  test("sessions of containers, whatever is asked for", () => {
    const host = new Host();
    const inside = Sshd.daemon(host, "10.6", { network: "net:[7]", depth: 1 });
    inside.login({ user: "deploy", uid: 1000, ttys: ["pts/0"] });
    const report = host.report();
    const { terminations, spared } = planTerminations(report, report.sessions, {
      includeSelf: true,
      maySignal: () => true,
      protectedBy: () => undefined,
    });
    expect(terminations).toEqual([]);
    expect(spared).toMatchObject([{ protection: "container" }]);
  });
});

const logins = fc.array(
  fc.record({
    user: fc.constantFrom("alice", "bob", "root", "carol"),
    kind: fc.constantFrom("shell", "tunnel", "command", "guess", "accept", "killed monitor"),
  }),
  { maxLength: 12 },
);

property.prop([fc.constantFrom(...generationNames), logins, fc.boolean()])(
  "every session is either cut or spared, and no monitor is a victim while it has a helper",
  (generation, wanted, includeSelf) => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    for (const [index, { user, kind }] of wanted.entries()) {
      const tty = `pts/${String(index)}`;
      const peer = `192.0.2.1:${String(4000 + index)}`;
      if (kind === "guess") sshd.guess(user, peer);
      else if (kind === "accept") sshd.accept(peer);
      else {
        const use = kind === "shell" ? { ttys: [tty] } : kind === "command" ? { command: ["cat"] } : {};
        const { connection, serving } = sshd.login({ user, peer, ...use });
        if (kind === "killed monitor" && connection !== serving) host.kill(connection);
      }
    }
    const report = host.report();
    const { terminations, spared } = planTerminations(report, report.sessions, {
      includeSelf,
      maySignal: () => true,
      protectedBy: () => undefined,
    });
    const all = [...terminations, ...spared].map(({ session }) => session);
    expect(new Set(all)).toEqual(new Set(report.sessions));
    expect(all).toHaveLength(report.sessions.length);
    const listeners = new Set(report.listeners.map(({ pid }) => pid));
    for (const { targets } of terminations) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { pid, sid } of targets) {
        const helpers = [...report.processes.values()].filter((each) => each.ppid === pid && each.sid === sid);
        expect(helpers).toEqual([]);
        expect(listeners.has(pid) || pid === 1).toBe(false);
      }
    }
  },
);
