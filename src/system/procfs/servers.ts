import { isRootsServer } from "../../domain/believed-servers.ts";
import { isSameProcess, type Pid, type Process, type ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import type { Files } from "../../host/files/files.ts";
import type { Depth } from "../../domain/report-request.ts";
import { findForeignConnections, findForeignListeners } from "./foreign-listeners.ts";
import type { Home } from "./home.ts";
import type { Memory } from "./memory.ts";
import { searchBudget } from "./open-files.ts";
import { rereadProcess } from "./processes.ts";
import { serverProcess } from "./server-process.ts";
import {
  identifyServer,
  readDetails,
  readSocketsAndPipes,
  readTitle,
  socketAt,
  terminalsOf,
  withHoldings,
  type Wanted,
} from "./server-details.ts";

/** OpenSSH's monitor and its only helper: the session child, or before the login the one that talks to the stranger. */
interface Pair {
  monitor: Process;
  helper: Process;
}

/** The servers' processes, and which of them are monitors of which the sockets are still to be read. */
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
 *
 * What a process holds is read only of those that root runs or has started, and of containers' within a budget.
 */
export function readServers(
  files: Files,
  processes: ProcessTable,
  home: Home,
  depth: Depth,
  memory?: Memory,
): ReadServers {
  const named = [...processes.values()].filter(({ comm }) => serverOfName(comm) !== undefined);
  const pairs = findPairs(named);
  const paired = new Set(pairs.flatMap(({ monitor, helper }) => [monitor, helper]));
  const foreign = findForeignListeners(files, processes, memory);
  const servers = readUnpaired(
    { files, home, kinds: foreign },
    [...processes.values()].filter(
      (process) => foreign.has(process.pid) || (serverOfName(process.comm) !== undefined && !paired.has(process)),
    ),
  );
  const monitors: Pid[] = [];
  const hasTerminal = parentsOnTerminals(processes);
  const wanted = wantedOf(depth, memory !== undefined);
  const strange: Process[] = [];
  for (const pair of pairs) {
    const listener = servers.get(pair.monitor.ppid);
    const known = (memory && recallPair(files, pair, memory)) ?? readPair(files, pair, listener, wanted, hasTerminal);
    if (known === undefined) strange.push(pair.monitor, pair.helper);
    else monitors.push(pair.monitor.pid);
    for (const server of known ?? []) servers.set(server.pid, server);
  }
  const kinds = findForeignConnections(files, processes, servers);
  const others = [...strange, ...[...kinds.keys()].flatMap((pid) => processes.get(pid) ?? [])];
  for (const server of readUnpaired({ files, home, kinds }, others, servers).values()) servers.set(server.pid, server);
  return { servers: inOrder(servers, processes), monitors };
}

/** @param known - servers that may have started some of them. */
function readUnpaired(
  { files, home, kinds }: { files: Files; home: Home; kinds: ReadonlyMap<Pid, ServerKind> },
  processes: readonly Process[],
  known: ReadonlyMap<Pid, ServerProcess> = new Map(),
): Map<Pid, ServerProcess> {
  const identified = processes.flatMap((process) => identifyServer(files, process, home, kinds.get(process.pid)) ?? []);
  const all = new Map([...known, ...identified.map((server) => [server.pid, server] as const)]);
  const budget = searchBudget();
  const read = identified.flatMap((server) => {
    if (isRootsServer(all, server)) return withHoldings(files, server) ?? [];
    return server.container ? (withHoldings(files, server, budget) ?? []) : server;
  });
  return new Map(read.map((server) => [server.pid, server]));
}

/** @returns undefined where the two are not as simple as that. */
function readPair(
  files: Files,
  { monitor, helper }: Pair,
  listener: ServerProcess | undefined,
  wanted: Wanted | undefined,
  hasTerminal: ReadonlySet<Pid>,
): ServerProcess[] | undefined {
  const isFork = listener?.server === "openssh" && listener.uid === 0 && listener.sockets !== undefined;
  if (!isFork) return undefined;
  const child =
    wanted === undefined && hasTerminal.has(helper.pid)
      ? helperOf(helper, listener, served, uncounted)
      : readHelper(files, helper, listener, wanted);
  return child && [monitorOf(monitor, child, listener), child];
}

/** Nobody who only counts asks for anything; who reads again and again reads the sessions of logind once. */
function wantedOf(depth: Depth, isRepeated: boolean): Wanted | undefined {
  return depth === "count" ? undefined : { logindSession: depth === "all" || isRepeated };
}

function inOrder(servers: ReadonlyMap<Pid, ServerProcess>, processes: ProcessTable): Map<Pid, ServerProcess> {
  const ordered = new Map<Pid, ServerProcess>();
  for (const pid of processes.keys()) {
    const server = servers.get(pid);
    if (server !== undefined) ordered.set(pid, server);
  }
  return ordered;
}

/** Those that have started something on a terminal. */
function parentsOnTerminals(processes: ProcessTable): ReadonlySet<Pid> {
  const parents = new Set<Pid>();
  for (const { tty, ppid } of processes.values()) if (tty !== undefined) parents.add(ppid);
  return parents;
}

/** Only titles change: a connection has the same socket, user and scope as long as both of them live. */
function recallPair(files: Files, { monitor, helper }: Pair, memory: Memory): ServerProcess[] | undefined {
  const [knownMonitor, knownHelper] = [memory.server(monitor), memory.server(helper)];
  if (knownMonitor === undefined || knownHelper === undefined) return undefined;
  const titled = readTitle(files, helper.pid, memory.commandLine(helper.pid));
  if (titled === undefined) return undefined;
  const terminals = terminalsOf(files, helper.pid, titled);
  return [
    isSameProcess(knownMonitor, monitor) ? knownMonitor : serverProcess(monitor, knownMonitor),
    serverProcess(helper, { ...knownHelper, title: titled.title, terminals }),
  ];
}

/** A helper shares its monitor's session and process group; whatever is not as simple as two is left out. */
function findPairs(named: readonly Process[]): Pair[] {
  const byPid = new Map<Pid, Process>();
  for (const process of named) byPid.set(process.pid, process);
  const helpers = new Map<Process, Process | "several">();
  for (const helper of named) {
    const monitor = byPid.get(helper.ppid);
    if (monitor === undefined || monitor.sid !== helper.sid || monitor.pgid !== helper.pgid) continue;
    helpers.set(monitor, helpers.has(monitor) ? "several" : helper);
  }
  const pairs: Pair[] = [];
  for (const [monitor, helper] of helpers)
    if (helper !== "several" && !helpers.has(helper)) pairs.push({ monitor, helper });
  return pairs;
}

/**
 * What runs in a monitor's session under a title of sshd's is sshd: commands of users lead sessions of their own, and
 * those of the administrator (AuthorizedKeysCommand) have no title.
 *
 * @param wanted - undefined for who only counts.
 * @returns undefined for what has no title yet, or has ended, or lost its monitor.
 */
function readHelper(
  files: Files,
  helper: Process,
  listener: ServerProcess,
  wanted: Wanted | undefined,
): ServerProcess | undefined {
  const titled = readTitle(files, helper.pid);
  if (titled === undefined || titled.title.role === "arguments") return undefined;
  const named = { title: titled.title, terminals: terminalsOf(files, helper.pid, titled) };
  if (wanted === undefined) return helperOf(helper, listener, named, uncounted);
  const details = readDetails(files, helper.pid, wanted);
  return details?.ppid === helper.ppid ? helperOf(helper, listener, named, details) : undefined;
}

/** It runs what its listener runs, and where that does. */
function helperOf(
  helper: Process,
  { server, network, container }: ServerProcess,
  { title, terminals }: Pick<ServerProcess, "title" | "terminals">,
  { uid, logindSession }: Pick<ServerProcess, "uid" | "logindSession">,
): ServerProcess {
  const { sockets, pipes } = nothingHeld;
  return serverProcess(helper, { server, uid, title, terminals, sockets, pipes, logindSession, network, container });
}

/** Until it is looked at, and only where it may hold more than its connection, which its monitor holds as well. */
const nothingHeld: Pick<ServerProcess, "sockets" | "pipes"> = { sockets: [], pipes: [] };

/** Nobody who only counts asks for these. */
const uncounted = { uid: 0, logindSession: undefined };

const unread = { title: { role: "arguments" }, terminals: undefined } as const;

/** Whatever has started something on a terminal serves a user: before the login nothing is started. */
const served = { title: { role: "serving", user: "", ttys: [] }, terminals: [] } as const;

/** Its title says nothing beside a helper, and is not read. */
function monitorOf(monitor: Process, helper: ServerProcess, listener: ServerProcess): ServerProcess {
  const { sockets, pipes, logindSession } = helper;
  const { server, uid, network, container } = listener;
  return serverProcess(monitor, { server, uid, ...unread, sockets, pipes, logindSession, network, container });
}

/** Whether titles and uids alone tell what all of them are: listeners and pairs, all of them root's. */
export function areTold({ servers, monitors }: ReadServers): boolean {
  const pairs = new Set(monitors);
  return [...servers.values()].every(
    ({ pid, ppid, uid, title }) => pairs.has(pid) || pairs.has(ppid) || (uid === 0 && title.role === "listener"),
  );
}

/**
 * Gives monitors their own sockets where those of the helper are not known, or are more than the connection: forwards,
 * which its user chooses. Only the monitor's tell which one the connection is. It has the same file descriptor in all
 * processes of one build, so the last one that was right is tried first.
 */
export function readMonitorSockets(files: Files, { servers, monitors }: ReadServers, tables: SocketTables): void {
  let likely: number | undefined;
  for (const pid of monitors) {
    const monitor = servers.get(pid);
    if (monitor === undefined) continue;
    const table = tables.get(monitor.network);
    const isTcp = ({ inode }: { inode: number }) => table?.has(inode) === true;
    if (monitor.sockets?.filter(isTcp).length === 1) continue;
    const guess = likely === undefined ? undefined : socketAt(files, pid, likely);
    if (guess !== undefined && isTcp(guess)) {
      servers.set(pid, { ...monitor, sockets: [guess] });
      continue;
    }
    const openFiles = readSocketsAndPipes(files, pid, monitor.server);
    likely = openFiles.sockets?.find(isTcp)?.fd;
    // One that has ended holds nothing: dropEnded() takes it out, with its helper.
    const held = rereadProcess(files, monitor) === undefined ? nothingHeld : openFiles;
    servers.set(pid, { ...monitor, ...held });
  }
}
