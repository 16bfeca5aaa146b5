import type { Process } from "../../domain/process.ts";
import type { Handle, ServerProcess } from "../../domain/snapshot.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { gone, isPresent, orUndefined, refused, type Files } from "../../os/files.ts";
import { rereadProcess } from "./processes.ts";
import { parseLogindSession } from "./scope.ts";
import { parseStatus } from "./status.ts";

/**
 * Reads what is needed to recognise an SSH server's process, of one that bears the name of a server.
 *
 * @param home - the observer's network namespace; a process whose own cannot be read is taken to live there.
 * @returns undefined when its executable is not that of a server, or when it ended while it was read.
 */
export function readServerProcess(files: Files, process: Process, home: string): ServerProcess | undefined {
  const folder = `/proc/${String(process.pid)}`;
  const server = serverOfExecutable(files, folder, process.comm);
  const status = files.read(`${folder}/status`);
  const title = files.read(`${folder}/cmdline`);
  if (server === undefined || !isPresent(status) || !isPresent(title)) return undefined;
  const { uid, pidNamespaceDepth } = parseStatus(status);
  const network = orUndefined(files.link(`${folder}/ns/net`)) ?? home;
  const details = {
    server,
    uid,
    title: firstString(title),
    ...readOpenFiles(files, folder),
    logindSession: parseLogindSession(orUndefined(files.read(`${folder}/cgroup`)) ?? ""),
    network,
    container: pidNamespaceDepth > 0 || network !== home,
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

function readOpenFiles(files: Files, folder: string): Pick<ServerProcess, "sockets" | "pipes"> {
  const names = files.names(`${folder}/fd`);
  if (!isPresent(names)) return { sockets: undefined, pipes: undefined };
  const sockets: Handle[] = [];
  const pipes: Handle[] = [];
  for (const name of names) {
    const [, type, inode] =
      /^(socket|pipe):\[(\d+)\]$/.exec(orUndefined(files.link(`${folder}/fd/${name}`)) ?? "") ?? [];
    if (type === "socket") sockets.push({ fd: Number(name), inode: Number(inode) });
    if (type === "pipe") pipes.push({ fd: Number(name), inode: Number(inode) });
  }
  return { sockets: sockets.toSorted((a, b) => a.fd - b.fd), pipes };
}
