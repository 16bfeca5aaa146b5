/** The server in the pictures: its processes and sockets are made up; who is connected, sshctl finds out by itself. */
import { assembleSessions } from "../../src/domain/assemble-sessions.ts";
import type { SessionReport } from "../../src/domain/session.ts";
import { readSnapshot } from "../../src/system/procfs/snapshot.ts";
import { bootedAt, Host, now, type ProcessSpec, type Socket } from "../helpers/machine-builder.ts";
import { Sshd, type LoginGiven } from "../helpers/ssh-servers.ts";

/** Times are seconds of the story, which begins at 0. */
interface Visit extends LoginGiven {
  from: number;
  until?: number;
  /** When somebody has last typed. */
  typedAt?: number;
  /** In the foreground of the first terminal. */
  program?: string;
}

/** Whoever looks runs in here. */
const own: Visit = {
  from: -90,
  user: "root",
  peer: "198.51.100.9:35099",
  ttys: ["pts/8"],
  typedAt: 0,
  program: "node",
};

/** By their beginning: in this order PIDs are given. */
const visits: readonly Visit[] = [
  { from: -93_600, user: "bob", peer: "10.0.2.52:45795", ttys: ["pts/1"], typedAt: -8_040 },
  { from: -14_520, user: "alice", peer: "[2001:db8::7]:48099", local: "[2001:db8::1]:22" },
  { from: -6_300, user: "carol", peer: "10.0.2.77:32997", ttys: ["pts/5", "pts/7"], typedAt: -312, program: "vim" },
  { from: -2_460, user: "alice", peer: "192.0.2.7:52931", ttys: ["pts/3"], typedAt: -16, program: "htop" },
  { from: -1_080, user: "deploy", peer: "10.0.2.61:33741", command: ["sftp-server"] },
  { from: -240, until: 57, user: "deploy", peer: "10.0.2.61:33790", command: ["rsync"] },
  own,
  { from: 7, until: 23, user: "deploy", peer: "10.0.2.62:40122", command: ["tar"] },
  { from: 11, until: 27, user: "deploy", peer: "10.0.2.63:51870", command: ["tar"] },
  { from: 13, until: 41, user: "deploy", peer: "10.0.2.64:36418", command: ["tar"] },
  { from: 35, until: 45, user: "bob", peer: "10.0.2.52:45811", command: ["df"] },
  { from: 43, user: "deploy", peer: "10.0.2.62:40188", command: ["tar"] },
  { from: 57, user: "carol", peer: "10.0.2.77:39214", ttys: ["pts/9"], typedAt: 57 },
];

/** What a look at that second finds. */
export function lookAt(second: number): SessionReport {
  const host = new Host();
  host.accounts.push("deploy:x:1003:1003::/home/deploy:/bin/sh");
  const sshd = Sshd.daemon(host, "10.0");
  sshd.guess("admin", "203.0.113.80:60114");
  let observer: ProcessSpec | undefined;
  for (const visit of visits.filter(({ from }) => from <= second)) {
    const { processes, socket } = arrive(host, sshd, visit);
    if (visit === own) observer = processes.at(-1);
    if (visit.until === undefined || visit.until > second) continue;
    for (const process of processes) host.kill(process);
    host.disconnect(socket);
  }
  const takenAtMs = now + second * 1000;
  host.uptime = `${String((takenAtMs - bootedAt) / 1000)}.00 0.00\n`;
  const machine = {
    files: host.files(),
    now: () => takenAtMs,
    hostName: () => "web1",
    observer: observer?.pid,
    pause: () => undefined,
  };
  return assembleSessions(readSnapshot(machine));
}

/** @returns its socket, and the processes of the connection, the program in the foreground last. */
function arrive(host: Host, sshd: Sshd, visit: Visit): { processes: ProcessSpec[]; socket: Socket } {
  const { from, program, ttys = [], typedAt = from } = visit;
  const { connection, serving, programs, socket } = sshd.login(visit);
  const [first] = programs;
  const foreground = first !== undefined && program !== undefined ? [host.run(first, program)] : [];
  const processes = [connection, serving, ...programs, ...foreground];
  for (const process of processes) process.startedAt = (now - bootedAt) / 1000 + from;
  for (const tty of ttys) host.terminal(tty, { uid: serving.uid, idle: -typedAt });
  return { processes, socket };
}
