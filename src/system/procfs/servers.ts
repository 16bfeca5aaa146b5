import type { Accounts } from "../../domain/accounts.ts";
import { isSameProcess, type Pid, type Process, type ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { serverOfName } from "../../domain/ssh-server.ts";
import type { Title } from "../../domain/title.ts";
import type { Files } from "../../host/files/files.ts";
import type { Depth } from "../../domain/report-request.ts";
import type { Memory } from "./memory.ts";
import { rereadProcess } from "./processes.ts";
import { serverProcess } from "./server-process.ts";
import { readDetails, readOpenFiles, readServerProcess, readTitle, socketAt, type Wanted } from "./server-details.ts";

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
 */
export function readServers(
  files: Files,
  processes: ProcessTable,
  home: string,
  accounts: Accounts,
  depth: Depth,
  memory?: Memory,
): ReadServers {
  const named = [...processes.values()].filter(({ comm }) => serverOfName(comm) !== undefined);
  const pairs = findPairs(named);
  const paired = new Set(pairs.flatMap(({ monitor, helper }) => [monitor, helper]));
  const withTerminals = parentsOnTerminals(processes);
  const servers = new Map<Pid, ServerProcess>();
  const add = (server: ServerProcess | undefined) => server && servers.set(server.pid, server);
  for (const process of named) if (!paired.has(process)) add(readServerProcess(files, process, home));
  const monitors: Pid[] = [];
  const wanted = wantedOf(depth, memory !== undefined);
  for (const { monitor, helper } of pairs) {
    const known = memory && recallPair(files, { monitor, helper }, memory, withTerminals.has(helper.pid));
    if (known !== undefined) {
      for (const server of known) add(server);
      monitors.push(monitor.pid);
      continue;
    }
    const listener = servers.get(monitor.ppid);
    const isFork = listener?.server === "openssh" && listener.sockets !== undefined && !servers.has(listener.ppid);
    const read = withTerminals.has(helper.pid) ? readHelperOnTerminal : readHelper;
    const child = isFork ? read(files, helper, listener, wanted, accounts) : undefined;
    if (!isFork || child === undefined) {
      add(readServerProcess(files, monitor, home));
      add(readServerProcess(files, helper, home));
      continue;
    }
    add(monitorOf(monitor, child, listener));
    add(child);
    monitors.push(monitor.pid);
  }
  return { servers: inOrder(servers, named), monitors };
}

/** Nobody who only counts asks for anything; who reads again and again reads the sessions of logind once. */
function wantedOf(depth: Depth, isRepeated: boolean): Wanted | undefined {
  return depth === "count" ? undefined : { openFiles: depth === "all", logindSession: depth === "all" || isRepeated };
}

function inOrder(servers: ReadonlyMap<Pid, ServerProcess>, named: readonly Process[]): Map<Pid, ServerProcess> {
  const ordered = new Map<Pid, ServerProcess>();
  for (const { pid } of named) {
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

/**
 * Only titles change: a connection has the same socket, user and scope as long as both of them live.
 *
 * @param tellsTerminals - whether what runs on the connection's terminals tells them. The title of one that serves a user is
 * then asked for the user alone, who stays the same.
 */
function recallPair(
  files: Files,
  { monitor, helper }: Pair,
  memory: Memory,
  tellsTerminals: boolean,
): ServerProcess[] | undefined {
  const [knownMonitor, knownHelper] = [memory.server(monitor), memory.server(helper)];
  if (knownMonitor === undefined || knownHelper === undefined) return undefined;
  const isTold = tellsTerminals && knownHelper.title.role === "serving";
  const title = isTold ? knownHelper.title : readTitle(files, helper.pid, memory.commandLine(helper.pid));
  if (title === undefined) return undefined;
  return [renewed(knownMonitor, monitor, knownMonitor.title), renewed(knownHelper, helper, title)];
}

function renewed(known: ServerProcess, process: Process, title: Title): ServerProcess {
  return isSameProcess(known, process) && known.title === title ? known : serverProcess(process, { ...known, title });
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
  const title = readTitle(files, helper.pid);
  if (title === undefined || title.role === "arguments") return undefined;
  if (wanted === undefined) return helperOf(helper, listener, title, uncounted);
  const details = readDetails(files, helper.pid, listener.server, wanted);
  return details?.ppid === helper.ppid ? helperOf(helper, listener, title, details) : undefined;
}

/**
 * Whatever has started something on a terminal serves a user: before the login nothing is started. Who that is, the uid tells,
 * where it belongs to one name. A title costs as much as all else that a row needs: the kernel looks it up in the memory of its
 * process.
 */
function readHelperOnTerminal(
  files: Files,
  helper: Process,
  listener: ServerProcess,
  wanted: Wanted | undefined,
  accounts: Accounts,
): ServerProcess | undefined {
  const told = (user: string): Title => ({ role: "serving", user, ttys: [] });
  if (wanted === undefined) return helperOf(helper, listener, told(""), uncounted);
  const details = readDetails(files, helper.pid, listener.server, wanted);
  if (details?.ppid !== helper.ppid) return undefined;
  const names = listener.container ? [] : accounts.names(details.uid);
  const [user] = names;
  const title = user === undefined || names.length > 1 ? readTitleOf(files, helper) : told(user);
  return title && helperOf(helper, listener, title, details);
}

/** It runs what its listener runs, and where that does. */
function helperOf(
  helper: Process,
  { server, network, container }: ServerProcess,
  title: Title,
  { uid, sockets, pipes, logindSession }: Pick<ServerProcess, "uid" | "sockets" | "pipes" | "logindSession">,
): ServerProcess {
  return serverProcess(helper, { server, uid, title, sockets, pipes, logindSession, network, container });
}

/** @returns undefined when it has ended meanwhile. */
function readTitleOf(files: Files, helper: Process): Title | undefined {
  const title = readTitle(files, helper.pid);
  return rereadProcess(files, helper)?.ppid === helper.ppid ? title : undefined;
}

/** Nobody who only counts asks for these. */
const uncounted = { uid: 0, sockets: [], pipes: [], logindSession: undefined };

const unread: Title = { role: "arguments" };

/** Its title says nothing beside a helper, and is not read. */
function monitorOf(monitor: Process, helper: ServerProcess, listener: ServerProcess): ServerProcess {
  const { sockets, pipes, logindSession } = helper;
  const { server, uid, network, container } = listener;
  return serverProcess(monitor, { server, uid, title: unread, sockets, pipes, logindSession, network, container });
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
    if (monitor?.sockets === undefined) continue;
    const table = tables.get(monitor.network);
    const isTcp = ({ inode }: { inode: number }) => table?.has(inode) === true;
    if (monitor.sockets.filter(isTcp).length === 1) continue;
    const guess = likely === undefined ? undefined : socketAt(files, pid, likely);
    if (guess !== undefined && isTcp(guess)) {
      servers.set(pid, { ...monitor, sockets: [guess] });
      continue;
    }
    const openFiles = readOpenFiles(files, pid, monitor.server);
    likely = openFiles.sockets?.find(isTcp)?.fd;
    if (rereadProcess(files, monitor) === undefined) servers.delete(pid);
    else servers.set(pid, { ...monitor, ...openFiles });
  }
}
