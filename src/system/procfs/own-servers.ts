import { sameEndpoint } from "../../domain/address.ts";
import { connectionEnds, type ConnectionEnds } from "../../domain/connection-ends.ts";
import { childrenOf, lineage, type Pid, type Process } from "../../domain/process.ts";
import { listeningSockets } from "../../domain/server-sockets.ts";
import type { OwnServers, ServerProcess, Snapshot } from "../../domain/snapshot.ts";
import { parseTty, type Tty } from "../../domain/tty.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { readLogindSession } from "./server-details.ts";

interface Scene extends Pick<Snapshot, "processes" | "servers" | "sockets" | "claims"> {
  files: Files;
}

/** Where one trail of ancestors led: to processes whose trails must be followed too, or into doubt. */
interface Trail {
  servers?: readonly ServerProcess[];
  next?: readonly Pid[];
  /** Why whoever looks hangs on the next ones, in words. */
  because?: string;
  doubt?: string;
}

/**
 * Follows the observer's ancestors to the SSH connections its terminal hangs on: through sudo, su and nested shells; from
 * a terminal multiplexer to all clients attached to it; from a connection that comes from this same machine to the
 * client that opened it. Environment variables are not asked: they survive re-attaching, and anybody can set them.
 */
export function findOwnServers(scene: Scene, observer: Pid): OwnServers {
  const pids = new Map<Pid, string>();
  const doubts: string[] = [];
  const queue: { pid: Pid; proof: string }[] = [{ pid: observer, proof: "you run this inside of it" }];
  const seen = new Set([observer]);
  for (const { pid, proof } of queue) {
    if (seen.size > mostTrails || pids.size > mostConnections) {
      doubts.push("more connections hang on your terminals than can be followed");
      break;
    }
    const trail: Trail = follow(scene, pid) ?? (pid === observer ? orphanTrail(scene, observer) : {});
    for (const server of trail.servers ?? []) pids.set(server.pid, proof);
    if (trail.doubt !== undefined) doubts.push(trail.doubt);
    for (const other of trail.next ?? []) {
      if (!seen.has(other)) queue.push({ pid: other, proof: trail.because ?? proof });
      seen.add(other);
    }
  }
  return { pids, doubt: doubts[0] };
}

/** More than any terminal is shared by; each takes a look at all processes and sockets, and a recording may hold any number. */
const mostTrails = 1000;
const mostConnections = 100;

/** @returns undefined where the ancestors end without having told. */
function follow(scene: Scene, pid: Pid): Trail | undefined {
  for (const process of lineage(scene.processes, pid)) {
    const server = scene.servers.get(process.pid);
    if (server !== undefined) return { servers: [server], ...otherEnd(scene, server) };
    if (isMultiplexer(process)) return attachedClients(scene, process);
    const parent = scene.processes.get(process.ppid);
    if (parent?.comm === "systemd" && process.tty?.startsWith("pts/")) {
      return { doubt: `your terminal ${process.tty} was opened by the service manager (PID ${String(process.pid)})` };
    }
  }
  return undefined;
}

/** tmux names its server so itself; of screen's two processes the server is the one that leads a session. */
function isMultiplexer({ comm, pid, sid, tty }: Process): boolean {
  return comm === "tmux: server" || (comm === "screen" && pid === sid && tty === undefined);
}

/**
 * The servers of tmux and screen hold the terminals of attached clients open (tmux is handed them by SCM_RIGHTS, screen
 * opens them) and close them at detach. The kernel's list of their open files is thus the list of clients; unlike
 * `tmux list-clients` it runs no program, cannot hang, and cannot be made up by a server that its user has replaced.
 */
function attachedClients({ files, processes }: Scene, { pid, comm }: Process): Trail {
  const folder = `/proc/${String(pid)}/fd`;
  const names = files.names(folder);
  if (!isPresent(names)) return { doubt: `the terminals attached to ${comm} (PID ${String(pid)}) cannot be seen` };
  const ttys = new Set<Tty | undefined>(
    names.map((name) => parseTty(orUndefined(files.link(`${folder}/${name}`)) ?? "")),
  );
  const clients = [...processes.values()].filter(({ tty }) => tty !== undefined && ttys.has(tty));
  const because = `the ${comm.replace(": server", "")} that you run this in (PID ${String(pid)}) is attached to it`;
  return { next: clients.map((client) => client.pid), because };
}

/** For a connection from this machine to itself: the process that holds the client's end. */
function otherEnd(scene: Scene, server: ServerProcess): Trail {
  const ends = endsOf(scene, server);
  const table = [...(scene.sockets.get(server.network)?.values() ?? [])];
  const client =
    ends && table.find(({ local, remote }) => sameEndpoint(local, ends.peer) && sameEndpoint(remote, ends.local));
  if (client === undefined) return {};
  const holder = holderOf(scene, client.inode);
  return holder === undefined
    ? { doubt: "your connection comes from this machine, and the client that holds it cannot be seen" }
    : { next: [holder], because: `your connection from this machine goes through it (client PID ${String(holder)})` };
}

function endsOf(scene: Scene, server: ServerProcess): ConnectionEnds | undefined {
  const parent = scene.servers.get(server.ppid);
  const connection =
    parent?.sid === server.sid ? { process: parent, child: server } : { process: server, child: undefined };
  const tops = [...scene.servers.values()].filter(({ ppid }) => !scene.servers.has(ppid));
  const ports = tops.flatMap((top) => listeningSockets(scene.sockets, top).map(({ local }) => local.port));
  return connectionEnds(scene, childrenOf(scene.processes), connection, new Set(ports));
}

function holderOf({ files, processes }: Scene, inode: number): Pid | undefined {
  const target = `socket:[${String(inode)}]`;
  for (const { pid } of processes.values()) {
    const folder = `/proc/${String(pid)}/fd`;
    const names = orUndefined(files.names(folder)) ?? [];
    if (names.some((name) => files.link(`${folder}/${name}`) === target)) return pid;
  }
  return undefined;
}

/**
 * What was started in a session and has lost its parents (nohup, setsid) keeps the session's terminal, and runs in its scope.
 * On another terminal it runs below something like a multiplexer that we do not know; mosh is known to hang on no session.
 */
function orphanTrail(scene: Scene, observer: Pid): Trail {
  const { files, processes, servers } = scene;
  const ancestors = [...lineage(processes, observer)];
  const tty = ancestors[0]?.tty;
  const channels = [...processes.values()].filter((process) => process.tty === tty && servers.has(process.ppid));
  if (tty !== undefined && channels.length > 0) return { next: channels.map(({ pid }) => pid) };
  const keeper = ancestors.find(({ ppid }) => ppid === 1);
  if (
    tty?.startsWith("pts/") &&
    keeper !== undefined &&
    keeper.comm !== "mosh-server" &&
    readLogindSession(files, keeper.pid) !== undefined
  ) {
    return {
      doubt: `your terminal ${tty} is kept by ${keeper.comm} (PID ${String(keeper.pid)}), whose own terminal is not known`,
    };
  }
  const session = readLogindSession(files, observer);
  if (session === undefined) return {};
  return { servers: [...servers.values()].filter(({ pid }) => readLogindSession(files, pid) === session) };
}
