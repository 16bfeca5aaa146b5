import type { Pid, Process } from "../../domain/process.ts";
import type { Handle, ServerProcess } from "../../domain/snapshot.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { gone, isPresent, orUndefined, refused, type Files } from "../../os/files.ts";
import { rereadProcess } from "./processes.ts";
import { parseLogindSession } from "./scope.ts";
import { parseStatus } from "./status.ts";

/** How much is read of a process. */
export interface Scope {
  /** Its network namespace, where that is known from its parent; undefined to read it. */
  network: string | undefined;
  /** The observer's network namespace; a process whose own cannot be read is taken to live there. */
  home: string;
}

/**
 * Reads what is needed to recognise an SSH server's process, of one that bears the name of a server.
 *
 * @returns undefined when its executable is not that of a server, or when it ended while it was read.
 */
export function readServerProcess(files: Files, process: Process, scope: Scope): ServerProcess | undefined {
  const folder = `/proc/${String(process.pid)}`;
  const server = serverOfExecutable(files, folder, process.comm);
  if (server === undefined) return undefined;
  const status = files.read(`${folder}/status`, 0);
  const title = files.read(`${folder}/cmdline`, 0);
  if (!isPresent(status) || !isPresent(title)) return undefined;
  const { uid, pidNamespaceDepth } = parseStatus(status);
  const network = scope.network ?? orUndefined(files.link(`${folder}/ns/net`)) ?? scope.home;
  const details = {
    server,
    uid,
    title: firstString(title),
    ...readOpenFiles(files, process.pid, server),
    logindSession: parseLogindSession(orUndefined(files.read(`${folder}/cgroup`, 0)) ?? ""),
    network,
    container: pidNamespaceDepth > 0 || network !== scope.home,
  };
  // These facts belong together only if the process is still the same one after the last was read.
  const current = rereadProcess(files, process);
  return current && { ...current, ...details };
}

/** Only root may read the link of another user's process; a name alone is all that others get. */
function serverOfExecutable(files: Files, folder: string, comm: string): ServerKind | undefined {
  const link = files.link(`${folder}/exe`);
  if (link === gone) return undefined;
  return serverOfName(link === refused ? comm : executableName(link));
}

/** setproctitle() pads a shorter title with NULs up to the size of the original arguments. */
function firstString(commandLine: string): string {
  const end = commandLine.indexOf("\0");
  return end < 0 ? commandLine : commandLine.slice(0, end);
}

type OpenFiles = Pick<ServerProcess, "sockets" | "pipes">;

/** OpenSSH's first three are the standard streams as long as it lives (sanitise_stdfd() in its misc.c). */
export function readOpenFiles(files: Files, pid: Pid, server: ServerKind): OpenFiles {
  const folder = `/proc/${String(pid)}/fd`;
  const names = files.names(folder);
  if (!isPresent(names)) return { sockets: undefined, pipes: undefined };
  const first = server === "openssh" ? 3 : 0;
  const sockets: Handle[] = [];
  const pipes: Handle[] = [];
  for (const name of names) {
    const fd = Number(name);
    const link = fd < first ? gone : files.link(`${folder}/${name}`);
    if (!isPresent(link)) continue;
    if (link.startsWith("socket:[")) sockets.push({ fd, inode: Number(link.slice("socket:[".length, -1)) });
    if (link.startsWith("pipe:[")) pipes.push({ fd, inode: Number(link.slice("pipe:[".length, -1)) });
  }
  return { sockets: sockets.toSorted((a, b) => a.fd - b.fd), pipes };
}
