/**
 * What a connection is used for. Every channel of an SSH connection that runs something is a direct child of the process
 * that serves the user: a login shell, a command, an sftp server (do_exec in OpenSSH's session.c).
 */
import type { Children, Pid, Process } from "./process.ts";
import type { SessionKind } from "./session.ts";
import type { Snapshot } from "./snapshot.ts";
import { startOf } from "./start-time.ts";
import type { TerminalActivity, Tty } from "./tty.ts";

export interface Channel {
  pid: Pid;
  kind: Exclude<SessionKind, "tunnel" | "mixed">;
  tty: Tty | undefined;
  /** When its first process was started; milliseconds since the epoch. */
  startedAtMs: number | undefined;
  program: Program;
  /** Undefined for sftp: a server that waits looks like one that sends. */
  busy: boolean | undefined;
  /** On its terminal; undefined without one, and where it cannot be seen. */
  activity: TerminalActivity | undefined;
}

export interface Program {
  name: string;
  /** With its arguments. */
  line: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number | undefined;
}

/** @returns the channels in the order in which they were opened. */
export function describeChannels(snapshot: Snapshot, children: Children, serving: Pid): Channel[] {
  return (children.get(serving) ?? [])
    .filter(({ pid }) => !isServerAtWork(snapshot, pid))
    .toSorted((a, b) => a.startTicks - b.startTicks)
    .map((leader) => describeChannel(snapshot, children, leader));
}

/** A helper, or a fork of the server that has not yet started its command. The worker of internal-sftp is a channel. */
function isServerAtWork({ servers }: Snapshot, pid: Pid): boolean {
  const server = servers.get(pid);
  return server !== undefined && server.title.role !== "internal-sftp";
}

function describeChannel(snapshot: Snapshot, children: Children, leader: Process): Channel {
  const { pid, tty } = leader;
  const startedAtMs = startOf(snapshot, leader);
  const channel = { pid, tty, startedAtMs, activity: undefined };
  if (snapshot.servers.has(pid))
    return { ...channel, kind: "sftp", program: { ...internalSftp, startedAtMs }, busy: undefined };
  const transfer = tty === undefined ? transferOf(snapshot, children, leader) : undefined;
  if (transfer !== undefined) return transfer;
  const program = programOf(snapshot, foregroundOf(snapshot, leader));
  if (!isShell(leader, argumentsOf(snapshot, leader))) return { ...channel, kind: "command", program, busy: true };
  const busy = tty === undefined ? children.has(leader.pid) : leader.foregroundGroup !== leader.pgid;
  return { ...channel, kind: "shell", program, busy };
}

const internalSftp = { name: "internal-sftp", line: "internal-sftp" };

/**
 * sshd starts subsystems and commands as `SHELL -c COMMAND`. Most shells replace themselves by the command; of one that
 * does not (fish), the command is the only child.
 */
function transferOf(snapshot: Snapshot, children: Children, leader: Process): Channel | undefined {
  const { pid } = leader;
  const [only, ...others] = children.get(pid) ?? [];
  const isWrapper = argumentsOf(snapshot, leader)[1] === "-c" && others.length === 0;
  const process = isWrapper && only !== undefined ? only : leader;
  const program = programOf(snapshot, process);
  const channel = { pid, tty: undefined, startedAtMs: startOf(snapshot, leader), program, activity: undefined };
  if (process.comm === "sftp-server") return { ...channel, kind: "sftp", busy: undefined };
  const serves =
    process.comm === "scp" &&
    argumentsOf(snapshot, leader)
      .join(" ")
      .match(/ -[a-z]*[tf]( |$)/);
  return serves ? { ...channel, kind: "scp", busy: true } : undefined;
}

/**
 * A login shell has a dash before its name. One that a user has put in its place has not, but it has a terminal and got
 * no command (-c) and no script to run.
 */
function isShell({ comm, tty }: Process, [name = "", ...options]: readonly string[]): boolean {
  const hasNothingToRun = options.every((option) => /^-(?![a-zA-Z]*c)/.test(option));
  return name.startsWith("-") || (tty !== undefined && shells.has(comm) && hasNothingToRun);
}

const shells: ReadonlySet<string> = new Set(
  "sh ash bash rbash dash zsh ksh ksh93 mksh fish csh tcsh busybox".split(" "),
);

/** The leader of the process group in the foreground of the terminal, where it still lives. */
export function foregroundOf({ processes }: Snapshot, leader: Process): Process {
  const front = processes.get(leader.foregroundGroup);
  return front !== undefined && front.tty === leader.tty ? front : leader;
}

function argumentsOf({ programs }: Snapshot, { pid, comm }: Process): readonly string[] {
  return programs.get(pid) ?? [comm];
}

export function programOf(snapshot: Snapshot, process: Process): Program {
  const list = argumentsOf(snapshot, process);
  return {
    name: programName(process.comm, list[0] ?? ""),
    line: list.join(" "),
    startedAtMs: startOf(snapshot, process),
  };
}

/**
 * comm is the name of the executed file, also of a script; the kernel cuts it at 15 characters, and some programs add to
 * it ("tmux: client"). The first argument then knows better.
 */
export function programName(comm: string, argument: string): string {
  const name = argument.replace(/^-/, "").replace(/^.*\//s, "");
  if (name.length > longestName) return comm;
  const isLonger = comm.length === 15 && name.startsWith(comm);
  const isPlainer = name !== "" && comm.startsWith(`${name}:`);
  return isLonger || isPlainer ? name : comm;
}

/** Of a file: NAME_MAX, limits.h(0P). Whatever is longer is none. */
const longestName = 255;
