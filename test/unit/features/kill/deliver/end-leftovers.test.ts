import { describe, expect, test } from "vitest";
import { readSessionProcesses } from "../../../../../src/features/kill/deliver/session-processes.ts";
import { endLeftovers } from "../../../../../src/features/kill/deliver/end-leftovers.ts";
import { StillClock } from "../../../../helpers/dying-machine.ts";
import { Host, type Given, type ProcessSpec } from "../../../../helpers/machine-builder.ts";
import { Sshd } from "../../../../helpers/ssh-servers.ts";

const scope = "/user.slice/user-1000.slice/session-1.scope";
const folder = `/sys/fs/cgroup${scope}`;

/** alice's session, which has left things behind; its connection is ended already when they are hunted. */
function machine() {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  const login = sshd.login({ user: "alice", ttys: ["pts/1"], scope: "1" });
  sshd.login({ user: "bob", ttys: ["pts/2"], scope: "2" });
  const [shell] = login.programs;
  if (shell === undefined) throw new Error("unreachable");
  const leave = (given: Given = {}) => host.process({ comm: "sleep", uid: 1000, cgroup: scope, ...given });
  return { host, sshd, login, shell, leave };
}

/** Ends them, and tells what was done. */
async function reaping(
  { host, login }: ReturnType<typeof machine>,
  canKillGroups: boolean,
  observer?: ProcessSpec,
  stop = new AbortController(),
) {
  const report = host.report();
  const session = report.sessions.find(({ ttys }) => ttys.includes("pts/1"));
  if (session === undefined) throw new Error("unreachable");
  const known = readSessionProcesses([session], report, { files: host.files(), observer: observer?.pid ?? 0 });
  for (const process of [login.connection, login.serving]) host.kill(process);
  const done: { groups: string[]; signals: [number, string][] } = { groups: [], signals: [] };
  const stopped = new Set<number>();
  const endAll = (isVictim: (process: ProcessSpec) => boolean) => {
    for (const process of host.all.filter(isVictim)) host.kill(process);
  };
  const signals = {
    send: (pid: number, name: string) => {
      done.signals.push([pid, name]);
      if (name === "STOP") stopped.add(pid);
      else endAll((process) => process.pid === pid);
      return "sent" as const;
    },
    probe: () => "sent" as const,
  };
  const cgroups = {
    kill: (group: string) => {
      done.groups.push(group);
      if (canKillGroups) endAll(({ cgroup }) => cgroup === scope);
      return canKillGroups;
    },
  };
  const clock = new StillClock();
  const files = () => host.files();
  const live = { read: (path: string) => files().read(path), names: (path: string) => files().names(path) };
  const tools = {
    files: { ...host.files(), ...live, facts: (path: string) => files().facts(path) },
    signals,
    cgroups,
    clock,
    observer: observer?.pid ?? 0,
  };
  const left = await endLeftovers(known, report, new Map([[session, folder]]), tools, stop.signal);
  return { ...done, stopped, left: [...left.values()].flat().map(({ pid }) => pid) };
}

describe("endBelongings", () => {
  test("lets the kernel end a scope in which nothing else is", async () => {
    const box = machine();
    const daemon = box.leave();
    const done = await reaping(box, true);
    expect(done).toMatchObject({ groups: [folder], signals: [], left: [] });
    expect(box.host.all).not.toContain(daemon);
  });

  test.each<[string, boolean, (box: ReturnType<typeof machine>) => ProcessSpec]>([
    [
      "a listener",
      false,
      ({ sshd: { parent } }) => {
        if (parent === undefined) throw new Error("unreachable");
        return Object.assign(parent, { cgroup: scope });
      },
    ],
    [
      "a connection of somebody else, whose the daemons there may be",
      true,
      ({ host }) => {
        const bobs = host.all.find(({ title }) => title?.includes("bob@") === true);
        if (bobs === undefined) throw new Error("unreachable");
        return Object.assign(bobs, { cgroup: scope });
      },
    ],
  ])("never ends a scope that holds %s, and not that one either", async (_, isAmbiguous, place) => {
    const box = machine();
    const other = place(box);
    const daemon = box.leave();
    const done = await reaping(box, true);
    expect(done.groups).toEqual([]);
    expect(box.host.all).toContain(other);
    expect(box.host.all.includes(daemon)).toBe(isAmbiguous);
  });

  test("never ends the observer, whose session it may be", async () => {
    const box = machine();
    const sudo = box.host.process({ ppid: box.shell.pid, comm: "sudo", cgroup: scope });
    const observer = box.host.process({ ppid: sudo.pid, comm: "node", cgroup: scope });
    const done = await reaping(box, true, observer);
    expect(done.groups).toEqual([]);
    expect(box.host.all).toEqual(expect.arrayContaining([sudo, observer]));
  });

  test("stops everything before it kills anything, without a scope", async () => {
    const box = machine();
    const child = box.host.process({ ppid: box.shell.pid, comm: "make", uid: 1000, cgroup: scope });
    const daemon = box.leave();
    const { signals, left } = await reaping(box, false);
    const pids = [box.shell.pid, child.pid, daemon.pid];
    expect(signals.slice(0, 3).map(([, name]) => name)).toEqual(["STOP", "STOP", "STOP"]);
    expect(new Set(signals.slice(3).map(([pid, name]) => `${name} ${String(pid)}`))).toEqual(
      new Set(pids.map((pid) => `KILL ${String(pid)}`)),
    );
    expect(left).toEqual([]);
  });

  test("leaves the other sessions of the same user alone", async () => {
    const box = machine();
    const other = box.sshd.login({ user: "alice", ttys: ["pts/5"], scope: "5" });
    const own = box.host.process({ comm: "sleep", uid: 1000, cgroup: scope.replace("session-1", "session-5") });
    await reaping(box, false);
    expect(box.host.all).toEqual(expect.arrayContaining([other.connection, other.serving, ...other.programs, own]));
  });

  test("leaves nothing frozen when it is interrupted", async () => {
    const box = machine();
    const stop = new AbortController();
    stop.abort();
    const { signals } = await reaping(box, false, undefined, stop);
    const having = (name: string) => signals.filter(([, each]) => each === name).map(([pid]) => pid);
    expect(having("STOP")).toContain(box.shell.pid);
    expect(having("KILL")).toEqual(having("STOP"));
  });
});
