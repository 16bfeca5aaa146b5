/**
 * This room reads /proc: processes, sockets, terminals, control groups and namespaces, up to the Snapshot that sessions are made
 * of.
 * What enters: a parser with the man page or kernel file that defines the format, and the reader that joins it to the host.
 */
import { bootTime } from "./boot-time.ts";
import type { Facts } from "../../host/host.ts";
import { hasForeignListener } from "../../domain/find-listeners.ts";
import { isRootsServer } from "../../domain/believed-servers.ts";
import { parseAccounts } from "../../domain/accounts.ts";
import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import { rootProcessesBelow } from "../../domain/root-processes.ts";
import { type ClaimedConnection, type ServerProcess, type Snapshot } from "../../domain/snapshot.ts";
import { findUnexplained } from "../../domain/unexplained-connections.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";
import type { Depth } from "../../domain/report-request.ts";
import { readDeclaredSockets } from "../systemd/ssh-sockets.ts";
import { readTerminals } from "./terminals.ts";
import { readClaimedConnection } from "./claimed-connection.ts";
import { readArguments } from "./command-line.ts";
import { dropEnded } from "./ended-connections.ts";
import { findOwnServers } from "./own-servers.ts";
import { readHome, type Home } from "./home.ts";
import { readInnerTerminals } from "./inner-terminals.ts";
import { findHolders } from "./socket-holders.ts";
import type { Memory } from "./memory.ts";
import { readOpenFiles, socketOf } from "./open-files.ts";
import { readOrphans } from "./orphans.ts";
import { runsAsRoot } from "./root-processes.ts";
import { readProcesses } from "./processes.ts";
import { readSight } from "./sight.ts";
import { areTold, readMonitorSockets, readServers, type ReadServers } from "./servers.ts";
import { readSockets, withMissedRows, type ReadSockets } from "./sockets.ts";
import { parseStatus } from "./status.ts";
import { readUserSockets } from "./user-sockets.ts";
import { parseUnixListeners, readUnixTable } from "./unix-table.ts";

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
export function readSnapshot(machine: Machine, depth: Depth = "all", memory?: Memory): Snapshot {
  const first = readOnce(machine, depth, memory);
  if (depth === "count") return first;
  const unexplained = findUnexplained(first);
  if (unexplained.length === 0) return first;
  // What has come or gone since the tables or the processes were read explains itself at a second look.
  machine.pause(secondLookMs);
  memory?.keepSockets(new Map());
  const second = readOnce(machine, depth, memory);
  const inodes = new Set(unexplained.map(({ inode }) => inode));
  const left = findUnexplained(second).filter(({ inode }) => inodes.has(inode));
  return left.length === 0 ? second : { ...second, unexplained: findHolders(machine.files, second.processes, left) };
}

const secondLookMs = 50;

function readOnce(
  { files, now, hostName, observer, pause }: Machine,
  depth: Depth,
  everything: Memory | undefined,
): Snapshot {
  // What connections carry beside their channels changes at any time.
  const memory = depth === "rows" ? everything : undefined;
  memory?.begin();
  const takenAtMs = now();
  const bootedAtMs = bootTime(files, takenAtMs);
  const home = readHome(files);
  const { network } = home;
  const processes = readProcesses(files, memory);
  const read = readServers(files, processes, home, depth, memory);
  const { servers } = read;
  const children = [...processes.values()].filter(({ ppid, pid }) => isOfInterest(servers, ppid) && !servers.has(pid));
  const use = depth === "count" ? unused : readUse({ files, home, processes, servers, children }, depth, memory);
  const claims = readClaims(files, children, servers);
  const { sockets, areCut } = readConnections({ files, pause, home }, { ...read, processes, ...use }, depth, memory);
  memory?.keepServers(servers);
  const scene = { files, ...home, processes, servers, claims, sockets };
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
    accounts: parseAccounts(orUndefined(files.read("/etc/passwd")) ?? ""),
    declaredSockets,
    activationSockets: readActivationSockets(files, { servers, sockets, network, declaredSockets }, memory),
    network,
    ...readSight(files),
    areSocketsCut: areCut,
    sockets,
    own: observer === undefined || depth === "count" ? nobody : findOwnServers(scene, observer),
  };
}

/** What servers hold, and which of them hold nothing any more: these are taken out. */
function readConnections(
  { files, pause, home }: Pick<Machine, "files" | "pause"> & { home: Home },
  read: ReadServers & Pick<Snapshot, "processes" | "unixListeners">,
  depth: Depth,
  memory: Memory | undefined,
): ReadSockets {
  const { servers, monitors } = read;
  if (depth === "count" && areTold(read)) return { sockets: new Map(), areCut: false };
  const { sockets: first, areCut } = readSockets(files, servers, home, memory, monitors);
  readOrphans(files, servers, first);
  if (depth !== "count") readMonitorSockets(files, read, first);
  const sockets = depth === "count" ? first : withMissedRows(files, servers, home, monitors, first);
  dropEnded({ files, pause, home }, servers, sockets, depth === "count" ? [] : monitors);
  // Who reads again and again remembers the tables, and new sockets are not in them.
  if (depth !== "count" && memory === undefined) readUserSockets(files, { ...read, tables: sockets });
  return { sockets, areCut };
}

/** Of a server that an ordinary user runs nothing is shown, so nothing is read of what that has started. */
function isOfInterest(servers: ReadonlyMap<Pid, ServerProcess>, pid: Pid): boolean {
  const server = servers.get(pid);
  return server !== undefined && (server.container || server.server === "dropbear" || isRootsServer(servers, server));
}

const nothingDeclared: Snapshot["declaredSockets"] = { ports: [], aside: [] };

const nobody: Snapshot["own"] = { pids: new Map(), doubt: undefined };

/** What tells who does what over a connection. */
type Use = Pick<Snapshot, "programs" | "terminals" | "innerTerminals" | "rootProcesses" | "unixListeners">;

const unused: Use = { programs: new Map(), terminals: new Map(), unixListeners: [] };

interface UsedThings {
  files: Files;
  home: Home;
  processes: ProcessTable;
  servers: ReadonlyMap<Pid, ServerProcess>;
  children: readonly Process[];
}

function readUse(
  { files, home, processes, servers, children }: UsedThings,
  depth: Depth,
  memory: Memory | undefined,
): Use {
  return {
    programs: readPrograms(files, processes, children, memory),
    terminals: readTerminals(files, home.terminalFolder),
    innerTerminals: readInnerTerminals(files, home, processes, servers),
    rootProcesses: rootProcessesBelow(servers, processes, (pid) => runsAsRoot(files, pid)),
    unixListeners: depth === "all" ? parseUnixListeners(readUnixTable(files, home)) : [],
  };
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
    const claim = readClaimedConnection(files, pid);
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
  const inodes = memory?.activationSockets ?? (hasForeignListener(facts) ? readManagersSockets(files) : []);
  memory?.keepActivationSockets(inodes);
  return inodes;
}

function readManagersSockets(files: Files): number[] {
  const open = readOpenFiles(files, 1, limits.names) ?? [];
  return open.flatMap((file) => socketOf(file)?.inode ?? []);
}
