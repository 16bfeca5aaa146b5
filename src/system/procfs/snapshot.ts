import type { Facts } from "../../host/host.ts";
import { hasForeignListener } from "../../domain/find-listeners.ts";
import { parseAccounts } from "../../domain/accounts.ts";
import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import { type ClaimedConnection, type ServerProcess, type Snapshot, type SocketTables } from "../../domain/snapshot.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import type { Depth } from "../../domain/report-request.ts";
import { readDeclaredSockets } from "../systemd/ssh-sockets.ts";
import { readTerminals } from "./terminals.ts";
import { parseClaimedConnection } from "./claimed-connection.ts";
import { dropEnded } from "./ended-connections.ts";
import { findOwnServers } from "./own-servers.ts";
import type { Memory } from "./memory.ts";
import { readProcesses } from "./processes.ts";
import { areTold, readMonitorSockets, readServers, type ReadServers } from "./servers.ts";
import { readSockets } from "./sockets.ts";
import { parseStatus } from "./status.ts";
import { longestUnixRow, parseUnixListeners } from "./unix-table.ts";

/** The collaborators of a reading. */
/** What of a host is read; the PID of the observer is undefined if it is another machine's. */
export type Machine = Pick<Facts, "files" | "now" | "hostName" | "observer" | "pause">;

/**
 * Reads one snapshot from /proc, /dev/pts and /etc/passwd, starting no process.
 *
 * The order is a promise: sockets are read after the processes that hold them. A connection that ends meanwhile is then
 * missed as a whole instead of half.
 *
 * @throws FatalError when there is no /proc, PermissionError when it hides the processes of other users.
 */
export function readSnapshot(
  { files, now, hostName, observer, pause }: Machine,
  depth: Depth = "all",
  everything?: Memory,
): Snapshot {
  // What connections carry beside their channels changes at any time.
  const memory = depth === "rows" ? everything : undefined;
  memory?.begin();
  const takenAtMs = now();
  const bootedAtMs = bootTime(files, takenAtMs);
  const network = orUndefined(files.link("/proc/self/ns/net")) ?? "";
  const processes = readProcesses(files, memory);
  const accounts = parseAccounts(orUndefined(files.read("/etc/passwd")) ?? "");
  const read = readServers(files, processes, network, accounts, depth, memory);
  const { servers } = read;
  const children = [...processes.values()].filter(({ ppid, pid }) => servers.has(ppid) && !servers.has(pid));
  const use = depth === "count" ? unused : readUse(files, processes, children, depth, memory);
  const claims = readClaims(files, children, servers);
  const sockets = readConnections({ files, pause }, read, network, depth, memory);
  memory?.keepServers(servers);
  const declaredSockets = depth === "count" ? nothingDeclared : readDeclaredSockets(files);
  return {
    host: hostName(),
    takenAtMs,
    bootedAtMs,
    processes,
    servers,
    ...use,
    uids: readUids(files, children, servers),
    claims,
    accounts,
    declaredSockets,
    activationSockets: readActivationSockets(files, { servers, sockets, network, declaredSockets }, memory),
    network,
    sockets,
    own:
      observer === undefined || depth === "count"
        ? nobody
        : findOwnServers({ files, processes, servers, claims, sockets }, observer),
  };
}

/** What servers hold, and which of them hold nothing any more: these are taken out. */
function readConnections(
  { files, pause }: Pick<Machine, "files" | "pause">,
  read: ReadServers,
  network: string,
  depth: Depth,
  memory: Memory | undefined,
): SocketTables {
  const { servers, monitors } = read;
  if (depth === "count" && areTold(read)) return new Map();
  const sockets = readSockets(files, servers, network, memory, monitors);
  if (depth !== "count") readMonitorSockets(files, read, sockets);
  dropEnded({ files, pause }, servers, sockets, depth === "count" ? [] : monitors);
  return sockets;
}

const nothingDeclared: Snapshot["declaredSockets"] = { ports: [], aside: [] };

const nobody: Snapshot["own"] = { pids: new Map(), doubt: undefined };

/** What tells who does what over a connection. */
type Use = Pick<Snapshot, "programs" | "terminals" | "unixListeners">;

const unused: Use = { programs: new Map(), terminals: new Map(), unixListeners: [] };

function readUse(
  files: Files,
  processes: ProcessTable,
  children: readonly Process[],
  depth: Depth,
  memory: Memory | undefined,
): Use {
  return {
    programs: readPrograms(files, processes, children, memory),
    terminals: readTerminals(files),
    unixListeners:
      depth === "all" ? parseUnixListeners(orUndefined(files.read("/proc/net/unix", longestUnixRow)) ?? "") : [],
  };
}

/**
 * From btime, which is in whole seconds, so that a session's start is the same in every list; from the uptime, in steps of
 * 10 ms that no two readings agree on, where there is no btime or the two contradict each other (virtual uptime, lxcfs).
 */
function bootTime(files: Files, nowMs: number): number | undefined {
  const seconds = Number.parseFloat(orUndefined(files.read("/proc/uptime")) ?? "");
  const measured = seconds >= 0 ? nowMs - seconds * 1000 : undefined;
  const stat = orUndefined(files.read("/proc/stat")) ?? "";
  const stated = Number(/^btime (\d+)$/m.exec(stat)?.[1]) * 1000;
  return measured !== undefined && Math.abs(measured - stated) < 2000 ? stated : measured;
}

/** Argument lists of the servers' children and of the leaders of the process groups in the foreground there. */
function readPrograms(
  files: Files,
  processes: ProcessTable,
  children: readonly Process[],
  memory: Memory | undefined,
): Map<Pid, readonly string[]> {
  const pids = new Set(children.flatMap(({ pid, foregroundGroup }) => [pid, foregroundGroup]));
  const programs = new Map<Pid, readonly string[]>();
  for (const pid of pids) {
    const process = processes.get(pid);
    const args = process && (memory?.program(process) ?? readArguments(files, pid));
    if (args !== undefined) programs.set(pid, args);
  }
  memory?.keepPrograms(programs, processes);
  return programs;
}

function readArguments(files: Files, pid: Pid): readonly string[] | undefined {
  const text = orUndefined(files.read(`/proc/${String(pid)}/cmdline`, 0)) ?? "";
  return text === "" ? undefined : text.replace(/\0+$/, "").split("\0");
}

/** A dropbear that stays root shows its user only in what it has started. */
function readUids(
  files: Files,
  children: readonly Process[],
  servers: ReadonlyMap<Pid, ServerProcess>,
): Map<Pid, number> {
  const uids = new Map<Pid, number>();
  for (const { pid, ppid } of children) {
    if (servers.get(ppid)?.server !== "dropbear") continue;
    const status = files.read(`/proc/${String(pid)}/status`, 0);
    if (isPresent(status)) uids.set(pid, parseStatus(status).uid);
  }
  return uids;
}

/** Only where the servers' own sockets are hidden: what the kernel tells is better than what a user can write. */
function readClaims(
  files: Files,
  children: readonly Process[],
  servers: ReadonlyMap<Pid, ServerProcess>,
): Map<Pid, ClaimedConnection> {
  const claims = new Map<Pid, ClaimedConnection>();
  for (const { pid, ppid } of children) {
    if (servers.get(ppid)?.sockets !== undefined) continue;
    const claim = parseClaimedConnection(orUndefined(files.read(`/proc/${String(pid)}/environ`)) ?? "");
    if (claim !== undefined) claims.set(pid, claim);
  }
  return claims;
}

/**
 * Those that the service manager, PID 1, holds open. It holds many: it is looked at only where a socket may be its, and somebody
 * who reads again and again knows them.
 */
function readActivationSockets(
  files: Files,
  facts: Parameters<typeof hasForeignListener>[0],
  memory: Memory | undefined,
): readonly number[] {
  const inodes = memory?.activationSockets ?? (hasForeignListener(facts) ? readSocketInodes(files, "/proc/1/fd") : []);
  memory?.keepActivationSockets(inodes);
  return inodes;
}

function readSocketInodes(files: Files, folder: string): number[] {
  const names = orUndefined(files.names(folder)) ?? [];
  const links = names.map((name) => orUndefined(files.link(`${folder}/${name}`)) ?? "");
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []).map(Number);
}
