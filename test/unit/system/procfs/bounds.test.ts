import { describe, expect, test } from "vitest";
import type { Depth } from "../../../../src/domain/report-request.ts";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { readSessionDetails } from "../../../../src/report/read-details.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { countedFiles, type Counted } from "../../../helpers/counted-files.ts";
import { Host, now, type Given } from "../../../helpers/machine-builder.ts";
import { Sshd } from "../../../helpers/ssh-servers.ts";

const depths: readonly Depth[] = ["count", "rows", "all"];
const programs = { run: async () => Promise.resolve(undefined) };
/** Beside the usual ones. */
const manyFiles = Object.fromEntries(
  Array.from({ length: 300 }, (_, index) => [1000 + index, `socket:[${String(900_000 + index)}]`]),
);

/** Reads a machine as root does, and counts. */
function look(host: Host, depth: Depth) {
  const counted = countedFiles(host.files());
  const machine = { now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
  const report = assembleSessions(readSnapshot({ files: counted.files, ...machine }, depth), depth === "count");
  return { counted, report };
}

function machineWithShell(): { host: Host; sshd: Sshd } {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  sshd.login({ user: "alice", ttys: ["pts/1"] });
  return { host, sshd };
}

function many(host: Host, count: number, given: Given): void {
  for (let each = 0; each < count; each += 1) host.process({ uid: 1666, ...given });
}

function callsOn({ paths }: Counted, form: RegExp): number {
  return paths.filter((path) => form.test(path)).length;
}

describe("a process with a megabyte of arguments", () => {
  const long = "x".repeat(1 << 20);

  test.each([
    ["as a program of a session", { args: [`-${long}`] }],
    ["as a program with many of them", { args: ["-bash", ...long.split("").slice(0, 200_000)] }],
  ])("%s costs a few kilobytes, and is marked as cut", async (_, given) => {
    const { host, sshd } = machineWithShell();
    const { programs: shells } = sshd.login({ user: "mallory", ttys: ["pts/2"] });
    for (const shell of shells) Object.assign(shell, given);
    const { counted, report } = look(host, "all");
    expect(counted.read).toBeLessThan(100_000);
    const session = report.sessions.find(({ user }) => user === "mallory");
    expect(session?.commandLine?.length).toBeLessThan(4200);
    expect(session?.commandLine).toMatch(/…$/);
    expect(session?.command).toBe("bash");
    if (session === undefined) throw new Error("no session");
    const shown = await readSessionDetails(session, report, { files: host.files(), programs });
    for (const { commandLine } of shown.processes) expect(commandLine?.length).toBeLessThan(4200);
  });

  test("has no say in the title of a server", () => {
    const { host, sshd } = machineWithShell();
    const { serving } = sshd.login({ user: "mallory" });
    serving.title = `sshd-session: mallory${long}`;
    expect(look(host, "all").counted.read).toBeLessThan(100_000);
    expect(look(host, "all").report.sessions).toHaveLength(2);
  });
});

describe("processes that a user calls like a server", () => {
  const server = { comm: "sshd-session", exe: "/home/mallory/sshd-session", title: "sshd-session: root@pts/1" };

  test.each(depths)("are not asked for what they hold (%s)", (depth) => {
    const { host } = machineWithShell();
    many(host, 60, { ...server, fds: manyFiles });
    const { counted, report } = look(host, depth);
    expect(callsOn(counted, /\/fd\/\d{4}$/)).toBe(0);
    expect(counted.paths.length).toBeLessThan(1500);
    expect(report.sessions).toHaveLength(1);
    expect(report.warnings).toMatchObject([{ code: "untrusted-server" }]);
  });

  test.each(depths)("are not asked even where they keep their files from their user (%s)", (depth) => {
    const { host } = machineWithShell();
    many(host, 60, { ...server, owner: 0, fds: manyFiles });
    const { counted, report } = look(host, depth);
    expect(counted.paths.length).toBeLessThan(100 * 50);
    expect(report.sessions).toHaveLength(1);
  });

  test.each(depths)("in as many networks are not looked for there (%s)", (depth) => {
    const { host } = machineWithShell();
    for (let each = 0; each < 100; each += 1)
      host.process({ ...server, uid: 1666, network: `net:[${String(each)}]`, depth: 1, fds: manyFiles });
    const { counted, report } = look(host, depth);
    expect(callsOn(counted, /\/net\/tcp/)).toBeLessThan(150);
    expect(counted.paths.length).toBeLessThan(100 * 10 + 20_000);
    expect(report.sessions.filter(({ container }) => !container)).toHaveLength(1);
  });

  test.each(depths)("below a server of the user's own are not asked either (%s)", (depth) => {
    const { host } = machineWithShell();
    const own = host.process({ comm: "sshd", exe: "/usr/sbin/sshd", uid: 1666, fds: manyFiles, args: ["sshd", "-D"] });
    for (let each = 0; each < 20; each += 1) {
      const monitor = host.child(own, { ...server, fds: manyFiles });
      host.child(monitor, { ...server, sid: monitor.sid, pgid: monitor.pgid, fds: manyFiles });
    }
    const { counted, report } = look(host, depth);
    expect(callsOn(counted, /\/fd\/\d{4}$/)).toBe(0);
    expect(report.sessions).toHaveLength(1);
  });
});

test("the open files of a session's processes are looked at within a budget", async () => {
  const { host, sshd } = machineWithShell();
  const { programs: shells } = sshd.login({ user: "mallory", ttys: ["pts/2"] });
  for (const shell of shells) for (let each = 0; each < 80; each += 1) host.child(shell, { fds: manyFiles });
  const { report } = look(host, "all");
  const session = report.sessions.find(({ user }) => user === "mallory");
  if (session === undefined) throw new Error("no session");
  const counted = countedFiles(host.files());
  const { processes } = await readSessionDetails(session, report, { files: counted.files, programs });
  expect(processes).toHaveLength(83);
  expect(callsOn(counted, /\/fd\//)).toBeLessThanOrEqual(20_000);
});

describe("what a session has on terminals of its own", () => {
  test("is not asked for files that are no terminals: that of a dead file server would never answer", () => {
    const host = new Host();
    const { programs: shells } = Sshd.daemon(host, "10.0").login({ user: "mallory", ttys: ["pts/2"] });
    const [shell] = shells;
    if (shell === undefined) throw new Error("no shell");
    host.terminal("pts/7", { uid: 1666 });
    const hung = host.child(shell, { comm: "hung", tty: "pts/7", fds: { 0: "/home/mallory/7", 1: "/dev/pts/7" } });
    const counted = countedFiles(host.files());
    const machine = { now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
    const facts: string[] = [];
    const files = {
      ...counted.files,
      facts: (path: string) => {
        facts.push(path);
        return counted.files.facts(path);
      },
    };
    const { sessions } = assembleSessions(readSnapshot({ files, ...machine }, "rows"));
    expect(sessions).toMatchObject([{ innerTerminals: [{ tty: "pts/7", program: { name: "hung" } }] }]);
    const folder = `/proc/${String(hung.pid)}/fd`;
    expect(facts.filter((path) => path.startsWith(folder))).toEqual([`${folder}/1`]);
  });

  test("is sought in a few processes of each session, however many of them only look as if", () => {
    const host = new Host();
    const sshd = Sshd.daemon(host, "10.0");
    const shellOf = (user: string, tty: string) => {
      const [shell] = sshd.login({ user, ttys: [tty] }).programs;
      if (shell === undefined) throw new Error("no shell");
      return shell;
    };
    const mallory = shellOf("mallory", "pts/2");
    for (let each = 0; each < 2000; each += 1)
      host.child(mallory, { tty: `pts/${String(7 + (each % 100))}`, devpts: 99, comm: "sleep" });
    const alice = shellOf("alice", "pts/3");
    host.child(alice, { comm: "script", tty: "pts/7" });
    const { counted, report } = look(host, "rows");
    expect(report.sessions.map(({ user, innerTerminals }) => [user, innerTerminals?.map(({ tty }) => tty)])).toEqual([
      ["mallory", []],
      ["alice", ["pts/7"]],
    ]);
    expect(callsOn(counted, /\/fd\/(?:0|1|2|255)$/)).toBeLessThan(600);
  });
});
