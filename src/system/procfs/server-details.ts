import type { Pid, Process } from "../../domain/process.ts";
import type { Handle, ServerProcess } from "../../domain/snapshot.ts";
import { parseTitle, type Title } from "../../domain/title.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import type { Tty } from "../../domain/tty.ts";
import { gone, isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { readCommandLine } from "./command-line.ts";
import { isHere, type Home } from "./home.ts";
import {
  openFileAt,
  pipeOf,
  readOpenFiles,
  searchOpenFiles,
  socketOf,
  type Budget,
  type OpenFile,
} from "./open-files.ts";
import { rereadProcess } from "./processes.ts";
import { serverProcess } from "./server-process.ts";
import { parseLogindSession } from "./scope.ts";
import { catchesTerm, parseStatus, type Credentials } from "./status.ts";

/** What takes a look at another file, and not everybody asks for. */
export interface Wanted {
  logindSession: boolean;
}

/**
 * Tells whether a process is that of an SSH server, and who runs it. What it holds is not looked at: a process that a user calls
 * "sshd" can hold anything, and as much as its user likes.
 *
 * @param known - what it is by the process that has started it, whatever its executable is called.
 * @returns undefined when it is no server's, or when it ended while it was read.
 */
export function identifyServer(
  files: Files,
  process: Process,
  home: Home,
  known?: ServerKind,
): ServerProcess | undefined {
  const folder = folderOf(process.pid);
  const server = known ?? serverOfExecutable(files, folder, process.comm);
  const titled = server && readTitle(files, process.pid);
  if (server === undefined || titled === undefined) return undefined;
  const network = orUndefined(files.link(`${folder}/ns/net`)) ?? home.network;
  const status = files.read(`${folder}/status`, 0);
  // These facts belong together only if the process is still the same one after the last was read.
  const current = rereadProcess(files, process);
  if (!isPresent(status) || current === undefined) return undefined;
  const { uid, pidNamespaceDepth } = parseStatus(status);
  const { title } = titled;
  const terminals = terminalsOf(files, current.pid, titled);
  const container = pidNamespaceDepth > 0 || !isHere(home, network);
  return serverProcess(current, {
    server,
    uid,
    title,
    catchesTerm: title.role === "bracketed" ? catchesTerm(status) : undefined,
    terminals,
    network,
    container,
    ...unseen,
  });
}

const unseen = { sockets: undefined, pipes: undefined, logindSession: undefined };

/**
 * The same with what it holds.
 *
 * @param budget - where its user decides how much that is.
 * @returns undefined when it has ended meanwhile.
 */
export function withHoldings(files: Files, server: ServerProcess, budget?: Budget): ServerProcess | undefined {
  const open = budget === undefined ? readOpenFiles(files, server.pid) : searchOpenFiles(files, server.pid, budget);
  const terminals =
    server.server === "dropbear" && open !== undefined ? mastersAmong(files, server.pid, open) : server.terminals;
  const logindSession = readLogindSession(files, server.pid);
  const held = { ...socketsAndPipes(open, server.server), terminals, logindSession };
  return rereadProcess(files, server) === undefined ? undefined : serverProcess(server, { ...server, ...held });
}

/** What a session child tells beside its title and what it holds. */
type Details = Credentials & Pick<ServerProcess, "logindSession">;

/** @returns undefined when it has ended meanwhile. The credentials are read last. */
export function readDetails(files: Files, pid: Pid, wanted: Wanted): Details | undefined {
  const logindSession = wanted.logindSession ? readLogindSession(files, pid) : undefined;
  const status = files.read(`${folderOf(pid)}/status`, 0);
  return isPresent(status) ? { ...parseStatus(status), logindSession } : undefined;
}

/** A title, and whether it is certainly all that its process has written. */
export interface ReadTitle {
  title: Title;
  isWhole: boolean;
}

/**
 * setproctitle() pads a title with NULs that is shorter than the arguments that it is written over. One without them may have
 * been cut short by the end of the environment behind them; where that is empty, the last letter of the arguments stays behind it.
 *
 * @param held - its command line, where that is at hand.
 */
export function readTitle(files: Files, pid: Pid, held?: string): ReadTitle | undefined {
  const text = held ?? readCommandLine(files, pid)?.text;
  if (text === undefined) return undefined;
  const end = text.indexOf("\0");
  return end < 0
    ? { title: parseTitle(text), isWhole: false }
    : { title: parseTitle(text.slice(0, end)), isWhole: end < text.length - "\0e\0".length };
}

/**
 * The terminals that a process of OpenSSH's has allocated: by its title, which nobody but itself can write, or where that may
 * have been cut short, by their other ends, which it holds.
 */
export function terminalsOf(files: Files, pid: Pid, { title, isWhole }: ReadTitle): readonly Tty[] | undefined {
  if (title.role !== "serving") return undefined;
  if (isWhole) return title.ttys;
  const open = readOpenFiles(files, pid);
  return open && mastersAmong(files, pid, open);
}

/**
 * The other ends of pseudo-terminals, pts(4). Which ones they are, only /proc/PID/fdinfo tells (pty_show_fdinfo() in Linux).
 *
 * @returns undefined where that is not told, and where only sockets and pipes are, as in a recording.
 */
export function mastersAmong(files: Files, pid: Pid, open: readonly OpenFile[]): Tty[] | undefined {
  if (!open.some(({ link }) => link.startsWith("/"))) return undefined;
  const masters = open.filter(({ link }) => link === "/dev/ptmx" || link === "/dev/pts/ptmx");
  const terminals = masters.map(({ fd }) => terminalOf(files, pid, fd));
  return terminals.every((tty) => tty !== undefined) ? [...new Set(terminals)] : undefined;
}

function terminalOf(files: Files, pid: Pid, fd: number): Tty | undefined {
  const text = orUndefined(files.read(`${folderOf(pid)}/fdinfo/${String(fd)}`, 0)) ?? "";
  const number = /^tty-index:\t(\d+)$/m.exec(text)?.[1];
  return number === undefined ? undefined : `pts/${number}`;
}

function folderOf(pid: Pid): string {
  return `/proc/${String(pid)}`;
}

/** Only root may read the link of another user's process; a name alone is all that others get. */
function serverOfExecutable(files: Files, folder: string, comm: string): ServerKind | undefined {
  const link = files.link(`${folder}/exe`);
  if (link === gone) return undefined;
  return serverOfName(isPresent(link) ? executableName(link) : comm);
}

/** @returns undefined, too, for a process that has ended. */
export function readLogindSession(files: Files, pid: Pid): string | undefined {
  return parseLogindSession(orUndefined(files.read(`${folderOf(pid)}/cgroup`, 0)) ?? "");
}

type OpenFiles = Pick<ServerProcess, "sockets" | "pipes">;

export function readSocketsAndPipes(files: Files, pid: Pid, server: ServerKind): OpenFiles {
  return socketsAndPipes(readOpenFiles(files, pid), server);
}

/** OpenSSH's first three are the standard streams as long as it lives (sanitise_stdfd() in its misc.c). */
function socketsAndPipes(open: readonly OpenFile[] | undefined, server: ServerKind): OpenFiles {
  if (open === undefined) return { sockets: undefined, pipes: undefined };
  const first = server === "openssh" ? 3 : 0;
  const own = open.filter(({ fd }) => fd >= first).toSorted((a, b) => a.fd - b.fd);
  return {
    sockets: own.flatMap((file) => socketOf(file) ?? []),
    pipes: own.flatMap((file) => pipeOf(file) ?? []),
  };
}

/** The socket with this file descriptor, where it is one. */
export function socketAt(files: Files, pid: Pid, fd: number): Handle | undefined {
  const file = openFileAt(files, pid, fd);
  return file && socketOf(file);
}
