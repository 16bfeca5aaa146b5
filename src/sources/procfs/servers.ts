import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { serverOfName } from "../../domain/ssh-server.ts";
import type { Files } from "../../os/files.ts";
import { rereadProcess } from "./processes.ts";
import { readOpenFiles, readServerProcess } from "./server-details.ts";

/** OpenSSH's monitor and its only helper: the session child, or before the login the one that talks to the stranger. */
interface Pair {
  monitor: Process;
  helper: Process;
}

/** The servers' processes, and which of them are monitors whose sockets are so far those of their helpers. */
export interface ReadServers {
  servers: Map<Pid, ServerProcess>;
  monitors: readonly Pid[];
}

/**
 * Reads all processes of SSH servers.
 *
 * Most of them come in pairs, and of a pair only the helper is read: its monitor is a fork of the listener above and has
 * its executable, uid and namespaces, and the connection is open in both. That the helper is still the monitor's child after
 * it was read proves that the monitor was there all the time: the kernel gives orphans to another parent.
 */
export function readServers(files: Files, processes: ProcessTable, home: string): ReadServers {
  const named = [...processes.values()].filter(({ comm }) => serverOfName(comm) !== undefined);
  const pairs = findPairs(named);
  const paired = new Set(pairs.flatMap(({ monitor, helper }) => [monitor, helper]));
  const servers = new Map<Pid, ServerProcess>();
  const read = (process: Process, network?: string) => {
    const server = readServerProcess(files, process, { network, home });
    if (server !== undefined) servers.set(server.pid, server);
    return server;
  };
  for (const process of named) if (!paired.has(process)) read(process);
  const monitors = pairs.flatMap(({ monitor, helper }) => {
    const listener = servers.get(monitor.ppid);
    const child = read(helper, listener?.network);
    if (listener?.server === "openssh" && child?.ppid === monitor.pid) {
      servers.set(monitor.pid, monitorOf(monitor, child, listener));
      return [monitor.pid];
    }
    read(monitor);
    return [];
  });
  const inOrder = named.flatMap(({ pid }) => servers.get(pid) ?? []);
  return { servers: new Map(inOrder.map((server) => [server.pid, server])), monitors };
}

/** A helper shares its monitor's session and process group; whatever is not as simple as two is left out. */
function findPairs(named: readonly Process[]): Pair[] {
  const byPid = new Map(named.map((process) => [process.pid, process]));
  const helpers = new Map<Process, Process[]>();
  for (const helper of named) {
    const monitor = byPid.get(helper.ppid);
    if (monitor === undefined || monitor.sid !== helper.sid || monitor.pgid !== helper.pgid) continue;
    helpers.set(monitor, [...(helpers.get(monitor) ?? []), helper]);
  }
  return [...helpers].flatMap(([monitor, [helper, ...others]]) =>
    helper === undefined || others.length > 0 || helpers.has(helper) ? [] : [{ monitor, helper }],
  );
}

/** Its title says nothing beside a helper, and is not read. */
function monitorOf(monitor: Process, helper: ServerProcess, listener: ServerProcess): ServerProcess {
  const { sockets, pipes, logindSession } = helper;
  const { server, uid, network, container } = listener;
  return { ...monitor, server, uid, title: "", sockets, pipes, logindSession, network, container };
}

/**
 * Gives monitors their own sockets where the helper has other TCP sockets beside the connection: forwards, which its user
 * chooses. Only the monitor's tell which one the connection is.
 */
export function readMonitorSockets(files: Files, { servers, monitors }: ReadServers, tables: SocketTables): void {
  for (const pid of monitors) {
    const monitor = servers.get(pid);
    const table = monitor && tables.get(monitor.network);
    const rows = monitor?.sockets?.filter(({ inode }) => table?.has(inode));
    if (monitor === undefined || rows === undefined || rows.length === 1) continue;
    const openFiles = readOpenFiles(files, pid, monitor.server);
    if (rereadProcess(files, monitor) === undefined) servers.delete(pid);
    else servers.set(pid, { ...monitor, ...openFiles });
  }
}
