import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import type { ServerProcess } from "../../domain/snapshot.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import type { Memory } from "./memory.ts";
import { readTitle } from "./server-details.ts";

/**
 * SSH servers that are called otherwise: started through a link ("sftpd"), or a copy of sshd with another name. The executable
 * tells, or the title of a listener where root runs it: what root's own process says of itself nobody else has written.
 *
 * @returns what they are, by PID.
 */
export function findForeignListeners(files: Files, processes: ProcessTable, memory?: Memory): Map<Pid, ServerKind> {
  const found = new Map<Pid, ServerKind>();
  for (const process of processes.values()) {
    if (!mayListen(process) || memory?.isNoServer(process) === true) continue;
    const kind = kindOf(files, process);
    if (kind === undefined) memory?.keepNoServer(process);
    else found.set(process.pid, kind);
  }
  return found;
}

/** Daemons lead sessions without a terminal. Threads of the kernel are children of process 2. */
function mayListen({ pid, ppid, sid, tty, comm }: Process): boolean {
  return pid === sid && tty === undefined && pid > 2 && ppid !== 2 && serverOfName(comm) === undefined;
}

function kindOf(files: Files, { pid }: Process): ServerKind | undefined {
  const link = files.link(`/proc/${String(pid)}/exe`);
  if (!isPresent(link)) return undefined;
  const kind = serverOfName(executableName(link));
  if (kind !== undefined) return kind;
  const facts = files.facts(`/proc/${String(pid)}`);
  if (!isPresent(facts) || facts.uid !== 0) return undefined;
  const title = readTitle(files, pid)?.title;
  return title?.role === "listener" && title.isMarked ? "openssh" : undefined;
}

/**
 * What a listener of root's has started is a connection, whatever its executable is called, and so is what stays in the session of
 * such a process and executes the same: a command of the administrator (AuthorizedKeysCommand) does not.
 */
export function findForeignConnections(
  files: Files,
  processes: ProcessTable,
  servers: ReadonlyMap<Pid, ServerProcess>,
): Map<Pid, ServerKind> {
  const found = new Map<Pid, ServerKind>();
  for (const { pid, ppid } of processes.values()) {
    const listener = servers.get(ppid);
    if (listener?.uid === 0 && listener.title.role === "listener" && !servers.has(pid)) found.set(pid, listener.server);
  }
  const executable = (pid: Pid) => orUndefined(files.link(`/proc/${String(pid)}/exe`));
  for (const { pid, ppid, sid } of processes.values()) {
    const known = servers.get(ppid);
    const kind = found.get(ppid) ?? (known?.uid === 0 ? known.server : undefined);
    if (kind === undefined || servers.has(pid) || processes.get(ppid)?.sid !== sid) continue;
    const own = executable(pid);
    if (own !== undefined && own === executable(ppid)) found.set(pid, kind);
  }
  return found;
}
