import { describe, expect, test } from "vitest";
import {
  assignProcesses,
  connectionMembers,
  membersOf,
  type Trace,
} from "../../../../../src/features/kill/plan/assign-processes.ts";
import type { Pid } from "../../../../../src/domain/process.ts";
import { Host, type ProcessSpec } from "../../../../helpers/machine-builder.ts";
import { Sshd } from "../../../../helpers/ssh-servers.ts";

const unknown: Trace = { uid: undefined, logindSession: undefined, claim: undefined };

/** alice's two sessions, of which only the first matters, and the processes that somebody has started. */
function machine() {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  const first = sshd.login({ user: "alice", ttys: ["pts/1"], scope: "1", peer: "10.0.0.7:5001" });
  const second = sshd.login({ user: "alice", ttys: ["pts/2"], scope: "2", peer: "10.0.0.7:5002" });
  const orphan = (given: Partial<ProcessSpec> = {}) => host.process({ comm: "sleep", uid: 1000, ...given });
  const owned = (traces: Readonly<Record<Pid, Partial<Trace>>> = {}) => {
    const report = host.report();
    const listeners = new Set(report.listeners.map(({ pid }) => pid));
    const members = connectionMembers(report.sessions, report.processes, listeners);
    const known = new Map(
      Object.entries(traces).map(([pid, trace]) => [Number(pid), { ...unknown, uid: 1000, ...trace }]),
    );
    const assigned = assignProcesses(members, report.processes, known, listeners);
    const pids = (tty: string) =>
      [...assigned].flatMap(([{ ttys }, processes]) => (ttys.includes(tty) ? processes.map(({ pid }) => pid) : []));
    return { first: pids("pts/1"), second: pids("pts/2") };
  };
  return { host, sshd, login: first, other: second, shell: first.programs[0]?.pid ?? 0, orphan, owned };
}

const claim = (port: number) => ({ peer: { address: "10.0.0.7", port }, local: { address: "10.0.0.1", port: 22 } });

describe("a process belongs to a session", () => {
  test("by descent, the server's own processes aside", () => {
    const { host, shell, login, owned } = machine();
    const child = host.process({ ppid: shell, sid: shell, comm: "make", uid: 1000 });
    const rooted = host.process({ ppid: child.pid, comm: "sudo", uid: 0 });
    expect(owned().first).toEqual([shell, child.pid, rooted.pid]);
    expect(owned().first).not.toContain(login.serving.pid);
  });

  test("by the kernel session of a shell, when its parent is gone", () => {
    const { shell, orphan, owned } = machine();
    const background = orphan({ sid: shell });
    expect(owned().first).toContain(background.pid);
  });

  test("by the scope of its login", () => {
    const { orphan, owned } = machine();
    const daemon = orphan({ comm: "tmux: server" });
    expect(owned({ [daemon.pid]: { logindSession: "1" } }).first).toContain(daemon.pid);
    expect(owned({ [daemon.pid]: { logindSession: "2" } }).first).not.toContain(daemon.pid);
  });

  test("by the connection that its environment names, if it is the user's own", () => {
    const { orphan, owned } = machine();
    const { pid } = orphan();
    expect(owned({ [pid]: { claim: claim(5001) } }).first).toContain(pid);
    expect(owned({ [pid]: { claim: claim(5002) } }).first).not.toContain(pid);
    expect(owned({ [pid]: { claim: claim(5001), uid: 1666 } }).first).not.toContain(pid);
  });
});

describe("a process does not belong to a session", () => {
  test("because its user is the same", () => {
    const { orphan, owned } = machine();
    const { pid } = orphan();
    expect(owned({ [pid]: {} })).not.toMatchObject({ first: expect.arrayContaining([pid]) });
  });

  test("when it descends from another one, whatever its environment says", () => {
    const { host, other, owned } = machine();
    const child = host.process({ ppid: other.programs[0]?.pid ?? 0, comm: "bash", uid: 1000 });
    const { first, second } = owned({ [child.pid]: { claim: claim(5001), logindSession: "1" } });
    expect(first).not.toContain(child.pid);
    expect(second).toContain(child.pid);
  });

  test("when it is a listener that was started there, or what that has started", () => {
    const { host, shell, owned } = machine();
    const socket = host.listening("0.0.0.0:2022");
    const listener = host.process({
      ppid: shell,
      comm: "sshd",
      exe: "/usr/sbin/sshd",
      title: "sshd: /usr/sbin/sshd -p 2022 [listener] 0 of 10-100 startups",
      fds: { 3: socket.link },
    });
    const helper = host.process({ ppid: listener.pid, comm: "keys-command" });
    const { first } = owned({ [listener.pid]: { logindSession: "1" }, [helper.pid]: { logindSession: "1" } });
    expect(first).toEqual([shell]);
  });

  test("when it has the number of one that did, or leads a session of that number", () => {
    const { host, login, shell, owned } = machine();
    const before = host.report();
    const session = before.sessions.find(({ ttys }) => ttys.includes("pts/1"));
    const child = [...before.processes.values()].filter(({ pid }) => pid === shell);
    if (session === undefined) throw new Error("unreachable");
    const known = membersOf(session, child);
    for (const process of [...login.programs, login.serving, login.connection]) host.kill(process);
    const newcomer = host.process({ pid: shell, comm: "nginx", startedAt: 900_000 });
    const worker = host.process({ ppid: newcomer.pid, sid: newcomer.pid, comm: "nginx", startedAt: 900_001 });
    const { processes } = host.report();
    const assigned = assignProcesses([known], processes, new Map(), new Set());
    expect(assigned.get(session)).toEqual([]);
    expect([newcomer.pid, worker.pid].every((pid) => processes.has(pid))).toBe(true);
    expect(owned().first).toEqual([]);
  });
});
