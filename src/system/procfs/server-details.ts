import type { Pid, Process } from "../../domain/process.ts";
import type { Handle, ServerProcess } from "../../domain/snapshot.ts";
import { parseTitle, type Title } from "../../domain/title.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { gone, isPresent, orUndefined, refused, type Files } from "../../host/files/files.ts";
import { rereadProcess } from "./processes.ts";
import { serverProcess } from "./server-process.ts";
import { parseLogindSession } from "./scope.ts";
import { parseStatus, type Credentials } from "./status.ts";

/** What takes a look at more files, and not everybody asks for. */
export interface Wanted {
  openFiles: boolean;
  logindSession: boolean;
}

/**
 * Reads what is needed to recognise an SSH server's process, of one that bears the name of a server.
 *
 * @param home - the observer's network namespace; a process whose own cannot be read is taken to live there.
 * @returns undefined when its executable is not that of a server, or when it ended while it was read.
 */
export function readServerProcess(files: Files, process: Process, home: string): ServerProcess | undefined {
  const folder = folderOf(process.pid);
  const server = serverOfExecutable(files, folder, process.comm);
  const title = server && readTitle(files, process.pid);
  if (server === undefined || title === undefined) return undefined;
  const network = orUndefined(files.link(`${folder}/ns/net`)) ?? home;
  const details = readDetails(files, process.pid, server, everything);
  // These facts belong together only if the process is still the same one after the last was read.
  const current = rereadProcess(files, process);
  if (details === undefined || current === undefined) return undefined;
  const container = details.pidNamespaceDepth > 0 || network !== home;
  return serverProcess(current, { server, title, network, container, ...details });
}

const everything: Wanted = { openFiles: true, logindSession: true };

/** What a server's process tells beside its title. */
type Details = Credentials & Pick<ServerProcess, "sockets" | "pipes" | "logindSession">;

/** @returns undefined when it has ended meanwhile. The credentials are read last. */
export function readDetails(files: Files, pid: Pid, server: ServerKind, wanted: Wanted): Details | undefined {
  const { sockets, pipes } = wanted.openFiles ? readOpenFiles(files, pid, server) : noOpenFiles;
  const logindSession = wanted.logindSession ? readLogindSession(files, pid) : undefined;
  const status = files.read(`${folderOf(pid)}/status`, 0);
  if (!isPresent(status)) return undefined;
  const { ppid, uid, pidNamespaceDepth } = parseStatus(status);
  return { ppid, uid, pidNamespaceDepth, sockets, pipes, logindSession };
}

/** @param held - its command line, where that is at hand. */
export function readTitle(files: Files, pid: Pid, held?: string): Title | undefined {
  const text = held ?? orUndefined(files.read(`${folderOf(pid)}/cmdline`, 0));
  return text === undefined ? undefined : parseTitle(upToNul(text));
}

/** setproctitle() pads a shorter title with more of them. */
function upToNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function folderOf(pid: Pid): string {
  return `/proc/${String(pid)}`;
}

/** Only root may read the link of another user's process; a name alone is all that others get. */
function serverOfExecutable(files: Files, folder: string, comm: string): ServerKind | undefined {
  const link = files.link(`${folder}/exe`);
  if (link === gone) return undefined;
  return serverOfName(link === refused ? comm : executableName(link));
}

/** @returns undefined, too, for a process that has ended. */
export function readLogindSession(files: Files, pid: Pid): string | undefined {
  return parseLogindSession(orUndefined(files.read(`${folderOf(pid)}/cgroup`, 0)) ?? "");
}

type OpenFiles = Pick<ServerProcess, "sockets" | "pipes">;

const noOpenFiles: OpenFiles = { sockets: [], pipes: [] };

/** OpenSSH's first three are the standard streams as long as it lives (sanitise_stdfd() in its misc.c). */
export function readOpenFiles(files: Files, pid: Pid, server: ServerKind): OpenFiles {
  const names = files.names(`${folderOf(pid)}/fd`);
  if (!isPresent(names)) return { sockets: undefined, pipes: undefined };
  const first = server === "openssh" ? 3 : 0;
  const sockets: Handle[] = [];
  const pipes: Handle[] = [];
  for (const fd of names.map(Number)) {
    if (fd < first) continue;
    const link = linkOf(files, pid, fd);
    if (link.startsWith(socketLink)) sockets.push(handle(fd, link, socketLink));
    else if (link.startsWith(pipeLink)) pipes.push(handle(fd, link, pipeLink));
  }
  return { sockets: sockets.toSorted((a, b) => a.fd - b.fd), pipes };
}

/** The socket with this file descriptor, where it is one. */
export function socketAt(files: Files, pid: Pid, fd: number): Handle | undefined {
  const link = linkOf(files, pid, fd);
  return link.startsWith(socketLink) ? handle(fd, link, socketLink) : undefined;
}

function linkOf(files: Files, pid: Pid, fd: number): string {
  return orUndefined(files.link(`${folderOf(pid)}/fd/${String(fd)}`)) ?? "";
}

/** "socket:[4711]", "pipe:[4711]": proc_pid_fd(5). */
const socketLink = "socket:[";
const pipeLink = "pipe:[";

function handle(fd: number, link: string, start: string): Handle {
  return { fd, inode: Number(link.slice(start.length, -1)) };
}
