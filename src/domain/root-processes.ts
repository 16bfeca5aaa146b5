/**
 * Who is root inside of a session: processes that have root's real uid, which only root gives to a process, and descend from a
 * server, which nobody chooses. What detaches itself (a daemon, a multiplexer's server, what run0 asks the service manager for)
 * descends from PID 1 and is not among them.
 */
import { childrenOf, type Children, type Pid, type Process, type ProcessTable } from "./process.ts";
import type { RootsBelow, ServerProcess } from "./snapshot.ts";

/** So many are named of one session. */
const mostNamed = 100;

/**
 * @param isRoots - whether a process runs as root; undefined where nothing tells.
 * @returns by each server's process above them.
 */
export function rootProcessesBelow(
  servers: ReadonlyMap<Pid, ServerProcess>,
  processes: ProcessTable,
  isRoots: (pid: Pid) => boolean | undefined,
): Map<Pid, RootsBelow> {
  const below = new Map<Pid, RootsBelow>();
  // From the leaves upwards, so that each process adds to its parent alone.
  for (const { process, parent, isStarted } of inTreeOrder(servers, processes).toReversed()) {
    const { pid } = process;
    const found = below.get(pid) ?? none;
    const isRoot = isStarted ? isRoots(pid) : false;
    if (parent !== undefined && (isRoot !== false || found !== none))
      below.set(parent, joined(below.get(parent) ?? none, found, pid, isRoot));
    if (servers.has(pid)) below.set(pid, found);
  }
  return below;
}

/** Of nearly every process: compared by identity. */
const none: RootsBelow = { pids: [], isComplete: true };

function joined(above: RootsBelow, found: RootsBelow, pid: Pid, isRoot: boolean | undefined): RootsBelow {
  return {
    pids: [...(isRoot === true ? [pid] : []), ...found.pids, ...above.pids].slice(0, mostNamed),
    isComplete: above.isComplete && found.isComplete && isRoot !== undefined,
  };
}

interface Node {
  process: Process;
  parent: Pid | undefined;
  /** Whether a server has started it, or something that one has started: what calls itself a server there is none. */
  isStarted: boolean;
}

/** The servers and all below them, each behind its parent. */
function inTreeOrder(servers: ReadonlyMap<Pid, ServerProcess>, processes: ProcessTable): Node[] {
  const children = childrenOf(processes);
  const nodes: Node[] = [];
  const seen = new Set<Pid>();
  for (const { pid } of tops(servers, processes)) {
    const process = processes.get(pid);
    const left: Node[] = process === undefined ? [] : [{ process, parent: undefined, isStarted: false }];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (seen.has(node.process.pid)) continue;
      seen.add(node.process.pid);
      nodes.push(node);
      left.push(...startedBy(node, servers, children));
    }
  }
  return nodes;
}

function startedBy({ process, isStarted }: Node, servers: ReadonlyMap<Pid, ServerProcess>, children: Children): Node[] {
  const server = isStarted ? undefined : servers.get(process.pid);
  return (children.get(process.pid) ?? []).flatMap((child) => {
    const isServers = server !== undefined && servers.has(child.pid);
    return isServers || !servesRoot(server) ? { process: child, parent: process.pid, isStarted: !isServers } : [];
  });
}

/** Servers that descend from no other. */
function tops(servers: ReadonlyMap<Pid, ServerProcess>, processes: ProcessTable): ServerProcess[] {
  const isBelow = new Map<Pid, boolean>();
  const descends = (pid: Pid): boolean => {
    const path: Pid[] = [];
    let each: Pid | undefined = pid;
    while (each !== undefined && !servers.has(each) && !isBelow.has(each)) {
      isBelow.set(each, false);
      path.push(each);
      each = processes.get(each)?.ppid;
    }
    const answer = each !== undefined && (servers.has(each) || isBelow.get(each) === true);
    for (const passed of path) isBelow.set(passed, answer);
    return answer;
  };
  return [...servers.values()].filter(({ ppid }) => !descends(ppid));
}

/** What a session of root's has started is root's, and nobody asks for it. */
function servesRoot(server: ServerProcess | undefined): boolean {
  const isRoots = server?.server === "openssh" && server.uid === 0;
  return isRoots && server.title.role === "serving" && server.title.user === "root";
}
