import { sameEndpoint } from "../../domain/address.ts";
import { isRootsServer } from "../../domain/believed-servers.ts";
import { connectionEnds, type ConnectionEnds } from "../../domain/connection-ends.ts";
import { childrenOf, lineage, type Pid, type Process } from "../../domain/process.ts";
import { listeningSockets } from "../../domain/server-sockets.ts";
import type { OwnServers, ServerProcess, Snapshot, TcpSocket } from "../../domain/snapshot.ts";
import type { Tty } from "../../domain/tty.ts";
import type { Files } from "../../host/files/files.ts";
import { allocatedBy } from "../../domain/inner-terminals.ts";
import { provenTerminal, terminalAt, terminalFileSystem, type HeldTerminal } from "./held-terminals.ts";
import { searchBudget, searchOpenFiles, socketOf } from "./open-files.ts";
import { readLogindSession } from "./server-details.ts";

interface Scene extends Pick<Snapshot, "processes" | "servers" | "sockets" | "claims"> {
  files: Files;
  /** The folder of the machine's pseudo-terminals. */
  terminalFolder: string;
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
  const queue: { pid: Pid; proof: string }[] = [{ pid: observer, proof: "you run this inside it" }];
  const seen = new Set([observer]);
  for (const { pid, proof } of queue) {
    if (seen.size > mostTrails || pids.size > mostConnections) {
      doubts.push("more connections are attached to your terminals than can be followed");
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

/**
 * Only a server that root runs or has started ends the way: programs in between can call themselves what they like, and what hangs
 * on them hangs on the connection above, too.
 *
 * @returns undefined where the ancestors end without having told.
 */
function follow(scene: Scene, pid: Pid): Trail | undefined {
  const found: Trail[] = [];
  for (const process of lineage(scene.processes, pid)) {
    const server = scene.servers.get(process.pid);
    if (server !== undefined && isRootsServer(scene.servers, server))
      return joinTrails([...found.map(withoutDoubt), { servers: [server] }, otherEnd(scene, server)]);
    if (server !== undefined) found.push({ servers: [server] });
    if (isMultiplexer(process)) found.push(attachedClients(scene, process));
    const parent = scene.processes.get(process.ppid);
    if (parent?.comm === "systemd" && process.tty?.startsWith("pts/"))
      found.push({
        doubt: `your terminal ${process.tty} was opened by the service manager (PID ${String(process.pid)})`,
      });
  }
  return found.length === 0 ? undefined : joinTrails(found);
}

/** What is proven above leaves no doubt below. */
function withoutDoubt(trail: Trail): Trail {
  const { doubt, ...rest } = trail;
  return doubt === undefined ? trail : rest;
}

function joinTrails(trails: readonly Trail[]): Trail {
  const because = trails.find((trail) => trail.because !== undefined)?.because;
  const doubt = trails.find((trail) => trail.doubt !== undefined)?.doubt;
  return {
    servers: trails.flatMap(({ servers = [] }) => servers),
    next: trails.flatMap(({ next = [] }) => next),
    ...(because === undefined ? {} : { because }),
    ...(doubt === undefined ? {} : { doubt }),
  };
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
function attachedClients(scene: Scene, { pid, comm }: Process): Trail {
  const { files, processes } = scene;
  const open = searchOpenFiles(files, pid, searchBudget());
  if (open === undefined) return { doubt: `the terminals attached to ${comm} (PID ${String(pid)}) cannot be seen` };
  const held = open.filter(({ link }) => /^\/.*\d$/.test(link)).flatMap(({ fd }) => terminalAt(files, pid, fd) ?? []);
  const isHeld = (terminal: HeldTerminal | undefined) =>
    held.some(({ tty, fileSystem }) => tty === terminal?.tty && fileSystem === terminal.fileSystem);
  const names = new Set<Tty | undefined>(held.map(({ tty }) => tty));
  const clients = [...processes.values()].filter(
    (process) => process.tty !== undefined && names.has(process.tty) && isHeld(provenTerminal(files, process)),
  );
  const home = terminalFileSystem(files, scene.terminalFolder);
  const given = new Set(held.filter(({ fileSystem }) => fileSystem === home).map(({ tty }) => tty));
  const givers = [...scene.servers.values()].filter((server) => allocatedBy(server).some((tty) => given.has(tty)));
  const because = `the ${comm.replace(": server", "")} that you run this in (PID ${String(pid)}) is attached to it`;
  return { next: [...givers, ...clients].map((client) => client.pid), because };
}

/** For a connection from this machine to itself: the process that holds the client's end. */
function otherEnd(scene: Scene, server: ServerProcess): Trail {
  const ends = endsOf(scene, server);
  const table = [...(scene.sockets.get(server.network)?.values() ?? [])];
  const client =
    ends &&
    table.find(
      ({ established, local, remote }) =>
        established !== false && sameEndpoint(local, ends.peer) && sameEndpoint(remote, ends.local),
    );
  if (client === undefined) return {};
  const holder = holderOf(scene, client);
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

/** Those that are called like a client come first: there may be more open files than can be looked at. */
function holderOf({ files, processes }: Scene, { inode }: TcpSocket): Pid | undefined {
  const likely = [...processes.values()].toSorted((a, b) => Number(b.comm === "ssh") - Number(a.comm === "ssh"));
  const budget = searchBudget();
  return likely.find(({ pid }) => searchOpenFiles(files, pid, budget)?.some((file) => socketOf(file)?.inode === inode))
    ?.pid;
}

/**
 * What was started in a session and has lost its parents (nohup, setsid) keeps the session's terminal, and runs in its scope.
 * On another terminal it runs below something like a multiplexer that we do not know; mosh is known to hang on no session.
 */
function orphanTrail(scene: Scene, observer: Pid): Trail {
  const { files, processes, servers } = scene;
  const ancestors = [...lineage(processes, observer)];
  const tty = ancestors[0]?.tty;
  const givers = tty === undefined ? [] : [...servers.values()].filter((server) => allocatedBy(server).includes(tty));
  if (tty !== undefined && givers.length > 0) {
    const isHere = isMachinesTerminal(scene, tty, ancestors);
    if (isHere === undefined)
      return { doubt: `it cannot be seen whether your terminal ${tty} belongs to this machine` };
    if (isHere) return { next: givers.map(({ pid }) => pid) };
  }
  const keeper = ancestors.find(({ ppid }) => ppid === 1);
  if (
    tty?.startsWith("pts/") &&
    keeper !== undefined &&
    keeper.comm !== "mosh-server" &&
    readLogindSession(files, keeper.pid) !== undefined
  ) {
    return {
      doubt: `your terminal ${tty} is held by ${keeper.comm} (PID ${String(keeper.pid)}), whose own terminal is not known`,
    };
  }
  const session = readLogindSession(files, observer);
  if (session === undefined) return {};
  return { servers: [...servers.values()].filter(({ pid }) => readLogindSession(files, pid) === session) };
}

/** Whether the terminal that a command has by its number is the machine's, and not a container's or a user's of the same number. */
function isMachinesTerminal(
  { files, terminalFolder }: Scene,
  tty: Tty,
  ancestors: readonly Process[],
): boolean | undefined {
  const own = ancestors.filter((process) => process.tty === tty && process.sid === ancestors[0]?.sid);
  const held = own.map((process) => provenTerminal(files, process)).find((terminal) => terminal !== undefined);
  const fileSystem = terminalFileSystem(files, terminalFolder);
  return held === undefined || fileSystem === undefined ? undefined : held.fileSystem === fileSystem;
}
