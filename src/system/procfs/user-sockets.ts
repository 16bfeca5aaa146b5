import { childrenOf, type Pid, type Process, type ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables, UnixListener } from "../../domain/snapshot.ts";
import type { Files } from "../../host/files/files.ts";
import { readOpenFiles, socketOf } from "./open-files.ts";
import { rereadProcess } from "./processes.ts";
import { readSocketsAndPipes } from "./server-details.ts";

/** What has been read of a machine before the session children's own sockets are. */
export interface Scene {
  processes: ProcessTable;
  servers: Map<Pid, ServerProcess>;
  /** Monitors whose helpers were read without what they hold. */
  monitors: readonly Pid[];
  tables: SocketTables;
  /** Those that a session child may listen on; none where nobody asks for them. */
  unixListeners: readonly UnixListener[];
}

/**
 * Reads the sockets of session children that may carry forwards, and of no others: a thousand children hold some ten thousand open files.
 *
 * A forwarded port is opened with the rights of the user, and the tables of TCP sockets tell whose each socket is: no child of a user
 * has one while every socket of that user is known to be held by another server. Nothing tells the user of a Unix socket, so each that
 * listens may be any child's until its holder is found. No socket is a session child's and another process's: sshd closes its own
 * before it starts anything (closefrom() in its session.c), and takes none from others.
 */
export function readUserSockets(files: Files, scene: Scene): void {
  const { servers, monitors } = scene;
  const pairs = new Set(monitors);
  const children = [...servers.values()].filter(({ ppid, title }) => pairs.has(ppid) && title.role === "serving");
  const tcp = tcpByOwner(scene);
  const unix = findUnheld(files, scene, children.length);
  const byLikelihood = children.toSorted((a, b) => Number(hasTerminal(a)) - Number(hasTerminal(b)));
  for (const child of byLikelihood) {
    const own = tcp.get(child.network)?.get(child.uid) ?? nothing;
    if (own.size === 0 && unix.size === 0) continue;
    const { sockets } = readSocketsAndPipes(files, child.pid, child.server);
    if (rereadProcess(files, child) === undefined) continue;
    servers.set(child.pid, { ...child, sockets });
    for (const { inode } of sockets ?? []) {
      own.delete(inode);
      unix.delete(inode);
    }
  }
}

const nothing: Set<number> = new Set();

/** A connection without a terminal is more likely to be there for its forwards. */
function hasTerminal({ terminals }: ServerProcess): boolean {
  return terminals !== undefined && terminals.length > 0;
}

/** The inodes of TCP sockets of which no server is known to hold them: by network namespace, then by the user's uid. */
function tcpByOwner({ servers, tables }: Scene): Map<string, Map<number, Set<number>>> {
  const held = new Set([...servers.values()].flatMap(({ sockets = [] }) => sockets.map(({ inode }) => inode)));
  const networks = new Map<string, Map<number, Set<number>>>();
  for (const [network, table] of tables) {
    const owners = new Map<number, Set<number>>();
    for (const { inode, uid } of table.values()) {
      if (held.has(inode)) continue;
      const inodes = owners.get(uid);
      if (inodes === undefined) owners.set(uid, new Set([inode]));
      else inodes.add(inode);
    }
    networks.set(network, owners);
  }
  return networks;
}

/**
 * The listening Unix sockets of which no process outside of the sessions is found to be the holder. Of these, only so many are looked at
 * that the search costs less than the children that need no look if all holders are found.
 */
function findUnheld(files: Files, { processes, servers, unixListeners }: Scene, children: number): Set<number> {
  const unheld = new Set(unixListeners.map(({ inode }) => inode));
  const others = unheld.size === 0 ? [] : outsideOf(processes, servers);
  const daemonsFirst = others.toSorted((a, b) => Number(isDaemon(b)) - Number(isDaemon(a)));
  for (const { pid } of daemonsFirst.slice(0, children / childrenForOneOther)) {
    if (unheld.size === 0) break;
    for (const file of readOpenFiles(files, pid) ?? []) unheld.delete(socketOf(file)?.inode ?? 0);
  }
  return unheld;
}

/** What the service manager has started, and itself. */
function isDaemon({ pid, ppid }: Process): boolean {
  return pid === 1 || ppid === 1;
}

/** A daemon holds more files than a session child, and may not be the holder. */
const childrenForOneOther = 4;

/** Processes that no server has started, without the kernel's own threads, which hold no files. */
function outsideOf(processes: ProcessTable, servers: ReadonlyMap<Pid, ServerProcess>): Process[] {
  const children = childrenOf(processes);
  const inside = new Set<Pid>(servers.keys());
  for (const pid of inside) for (const child of children.get(pid) ?? []) inside.add(child.pid);
  return [...processes.values()].filter(
    ({ pid, ppid }) => !inside.has(pid) && pid !== kernelThreads && ppid !== kernelThreads,
  );
}

/** kthreadd, the parent of all of them. In a container it is any process: what that holds stays without a holder. */
const kernelThreads = 2;
