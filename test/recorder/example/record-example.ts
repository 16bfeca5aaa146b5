/**
 * The example host that is shipped: a server that is made up, recorded at the beginning of its story, and what changes later.
 * Who is connected, sshctl finds out by itself.
 */
import { isPresent, type Absence, type Files } from "../../../src/host/files/files.ts";
import { isKnownPath } from "../../../src/system/recorded/recorded-paths.ts";
import type { Recording } from "../../../src/system/recorded/parse-recording.ts";
import { bootedAt, Host, now, type ProcessSpec } from "../../helpers/machine-builder.ts";
import { Sshd, type Login } from "../../helpers/ssh-servers.ts";
import { writeRecording } from "../write-recording.ts";
import { guesses, visits, type Visit } from "./visits.ts";

const accounts = ["deploy", "erin", "dave"].map(
  (name, index) => `${name}:x:${String(1003 + index)}:${String(1003 + index)}::/home/${name}:/bin/bash`,
);

/** How long the story goes on. */
const lastSecond = 60;

/** The texts of the files that are shipped, by their names. */
export function exampleFiles(): Record<string, string> {
  const recording = recordingAt(0);
  const changes: string[] = [];
  for (let second = 1, before = rowsOf(recording); second <= lastSecond; second += 1) {
    const after = rowsOf(recordingAt(second));
    const gone = [...before].filter((row) => !after.has(row)).map((row) => `${String(second)}\t-\t${row}\n`);
    const come = [...after].filter((row) => !before.has(row)).map((row) => `${String(second)}\t+\t${row}\n`);
    changes.push(...gone, ...come);
    before = after;
  }
  return { "recording.tsv": recording, "changes.tsv": changes.join("") };
}

/** Without what every second changes. */
function rowsOf(recording: string): Set<string> {
  const rows = recording.split("\n").filter((row) => row !== "");
  return new Set(rows.filter((row) => !/^(?:taken-at\t|text\t\/proc\/uptime\t|end$)/.test(row)));
}

function recordingAt(second: number): string {
  const host = new Host();
  host.accounts.push(...accounts);
  const sshd = Sshd.daemon(host, "10.0", { listen: ["192.0.2.10:22", "[2001:db8::10]:22", "192.0.2.10:2222"] });
  let observer: ProcessSpec | undefined;
  const journal: string[] = [];
  for (const [index, visit] of visits.entries()) {
    if (visit.from > second) continue;
    const { processes, login } = arrive(host, sshd, { ...visit, scope: String(index + 2) }, second);
    journal.push(loginLine(visit, login));
    if (visit.isOwn) observer = processes.at(-1);
    if (visit.until !== undefined && visit.until <= second) for (const process of processes) host.kill(process);
  }
  for (const { name, peer, from, until } of guesses.filter(({ from }) => from <= second)) {
    const { connection, serving } = sshd.guess(name, peer, "192.0.2.10:22");
    for (const process of [connection, serving]) process.startedAt = secondsUp(from);
    if (until <= second) for (const process of [serving, connection]) host.kill(process);
  }
  host.uptime = `${String(secondsUp(second))}.00 0.00\n`;
  return writeRecording({
    ...tablesOf(host.files()),
    ...frame,
    observer: observer?.pid,
    takenAtMs: now + second * 1000,
    journal: journal.join("\n"),
  });
}

const frame: Pick<Recording, "host" | "byteOrder" | "folders" | "refusals" | "outputs" | "lacks"> = {
  host: "web1.example",
  byteOrder: "little",
  folders: new Set(),
  refusals: new Set(),
  outputs: new Map(),
  lacks: new Set(),
};

function secondsUp(second: number): number {
  return (now - bootedAt) / 1000 + second;
}

function arrive(host: Host, sshd: Sshd, visit: Visit, second: number): { processes: ProcessSpec[]; login: Login } {
  const { from, ttys = [], typedAt = [] } = visit;
  const login = sshd.login({ local: "192.0.2.10:22", ...visit });
  const { connection, serving, programs } = login;
  const processes = [connection, serving, ...programs, ...extras(host, visit, login)];
  for (const process of processes) process.startedAt = secondsUp(from);
  const last = typedAt.findLast((each) => each <= second) ?? from;
  for (const tty of ttys) host.terminal(tty, { uid: serving.uid, idle: -last });
  return { processes, login };
}

/** What runs or is open beside shells and commands; what runs in front comes last. */
function extras(
  host: Host,
  { program, sftp, remoteListener, connects, isOwn }: Visit,
  { serving, programs }: Login,
): ProcessSpec[] {
  const { uid, cgroup } = serving;
  const [shell] = programs;
  if (remoteListener !== undefined) serving.fds[9] = host.listening(remoteListener, { uid }).link;
  if (connects !== undefined) serving.fds[10] = host.connected(...connects, { uid }).link;
  const channels = sftp
    ? [host.process({ ppid: serving.pid, uid, cgroup, comm: "sftp-server", args: ["/usr/lib/openssh/sftp-server"] })]
    : [];
  if (shell === undefined) return channels;
  if (isOwn) {
    const sudo = host.run(shell, "sudo", { uid: 0, args: ["sudo", "sshctl", "list"] });
    return [...channels, sudo, host.run(sudo, "node", { pgid: sudo.pgid, args: ["node", "/usr/bin/sshctl", "list"] })];
  }
  return program === undefined ? channels : [...channels, host.run(shell, program[0] ?? "", { args: program })];
}

/** As journalctl prints it. */
function loginLine({ user, peer, key, from }: Visit, { connection }: Login): string {
  const [, address = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(peer) ?? [];
  const how = key === undefined ? "password" : "publickey";
  const info = key === undefined ? "" : `: ED25519 ${key}`;
  return JSON.stringify({
    _EXE: connection.exe,
    _UID: "0",
    _PID: String(connection.pid),
    _SOURCE_REALTIME_TIMESTAMP: String((now + from * 1000) * 1000),
    MESSAGE: `Accepted ${how} for ${user} from ${address} port ${port} ssh2${info}`,
  });
}

/** Of all files those that a recording may hold. */
function tablesOf(files: Files): Pick<Recording, "texts" | "links" | "facts"> {
  const paths = ["/etc", "/dev", "/proc"].flatMap((root) => pathsBelow(root, files)).filter(isKnownPath);
  const terminals = paths.filter((path) => path.startsWith("/dev/"));
  return {
    texts: present(paths, (path) => files.read(path)),
    links: present(paths, (path) => files.link(path)),
    facts: present(terminals, (path) => files.facts(path)),
  };
}

function present<T>(paths: readonly string[], read: (path: string) => T | Absence): Map<string, T> {
  return new Map(
    paths.flatMap((path): [string, T][] => {
      const value = read(path);
      return isPresent(value) ? [[path, value]] : [];
    }),
  );
}

/** The tables of sockets are recorded once, for the network that all processes are in. */
function pathsBelow(folder: string, files: Files): string[] {
  const names = files.names(folder);
  if (!isPresent(names) || (folder.endsWith("/net") && folder !== "/proc/net")) return [];
  return names.map((name) => `${folder}/${name}`).flatMap((path) => [path, ...pathsBelow(path, files)]);
}
