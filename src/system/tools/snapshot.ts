/** This room reads the same facts as system/procfs from ps(1) and ss(8), for comparison (--source tools). */
import type { Facts } from "../../host/host.ts";
import { parseAccounts } from "../../domain/accounts.ts";
import type { Pid, Process } from "../../domain/process.ts";
import type { Handle, ServerProcess, Snapshot } from "../../domain/snapshot.ts";
import { rootProcessesBelow } from "../../domain/root-processes.ts";
import { parseTitle } from "../../domain/title.ts";
import { serverOfName } from "../../domain/ssh-server.ts";
import { PermissionError } from "../../errors.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import { findOwnServers } from "../procfs/own-servers.ts";
import { readSight } from "../procfs/sight.ts";
import type { Machine } from "../procfs/snapshot.ts";
import { readDeclaredSockets } from "../systemd/ssh-sockets.ts";
import { readTerminals } from "../procfs/terminals.ts";
import { argumentList, parseArgumentList, parseProcessList, processList, type PsRow } from "./ps.ts";
import { runTool } from "./run-tool.ts";
import { parseSocketList, socketList, type SsRow } from "./ss.ts";

/**
 * Gathers a snapshot from ps(1) and ss(8), to hold it against the one from /proc. Accounts and the times of terminals
 * come from the same files as there.
 *
 * The tools know less: no executables (servers are recognised by their names), no pipes, no sockets of containers, no
 * Unix sockets, and starts to the second only, so identities are not those of the other source.
 *
 * @throws FatalError when a tool is missing, PermissionError when /proc hides the processes of other users.
 */
export async function readToolsSnapshot(machine: Machine & Pick<Facts, "programs">): Promise<Snapshot> {
  const { files, programs, now, hostName, observer } = machine;
  const takenAtMs = now();
  const rows = parseProcessList(await runTool(programs, processList));
  const argumentsOf = parseArgumentList(await runTool(programs, argumentList));
  const socketRows = parseSocketList(await runTool(programs, socketList));
  const init = rows.find(({ pid }) => pid === 1);
  if (init === undefined) {
    throw new PermissionError(
      "ps does not show the processes of other users (mount option hidepid).",
      "Run it as root.",
    );
  }
  const processes = new Map(rows.map((row) => [row.pid, processOf(row, init)]));
  const home = homeOf(files);
  const servers = serversOf(rows, { init, home, argumentsOf, sockets: socketRows });
  const children = rows.filter(({ ppid, pid }) => servers.has(ppid) && !servers.has(pid));
  const uids = new Map(rows.map(({ pid, uid }) => [pid, uid]));
  const scene = { processes, servers, claims: new Map(), sockets: new Map([[home.network, tableOf(socketRows)]]) };
  return {
    ...scene,
    host: hostName(),
    takenAtMs,
    bootedAtMs: takenAtMs - init.ageSeconds * 1000,
    programs: programsOf(children, processes, argumentsOf),
    uids: new Map(
      children.filter(({ ppid }) => servers.get(ppid)?.server === "dropbear").map(({ pid, uid }) => [pid, uid]),
    ),
    terminals: readTerminals(files, "/dev/pts"),
    rootProcesses: rootProcessesBelow(servers, processes, (pid) => uids.get(pid) === 0),
    accounts: parseAccounts(orUndefined(files.read("/etc/passwd")) ?? ""),
    network: home.network,
    ...readSight(files),
    unixListeners: [],
    declaredSockets: readDeclaredSockets(files),
    activationSockets: handlesOf(init, socketRows).map(({ inode }) => inode),
    own: observer === undefined ? nobody : findOwnServers({ ...scene, files, terminalFolder: "/dev/pts" }, observer),
  };
}

const nobody: Snapshot["own"] = { pids: new Map(), doubt: undefined };

/** ps tells ages in whole seconds: the start is counted from that of PID 1. */
function processOf({ pid, ppid, pgid, sid, comm, tty, foregroundGroup, ageSeconds }: PsRow, init: PsRow): Process {
  const startTicks = Math.max(0, init.ageSeconds - ageSeconds) * ticksPerSecond;
  return { pid, startTicks, ppid, pgid, sid, comm, tty, foregroundGroup };
}

/** USER_HZ, as in the start time of /proc/PID/stat. */
const ticksPerSecond = 100;

/** The namespaces of the one who looks, as ps prints them in brackets: namespaces(7). */
interface Home {
  network: string;
  pid: string;
}

function homeOf(files: Files): Home {
  const link = (kind: string) => orUndefined(files.link(`/proc/self/ns/${kind}`)) ?? "";
  return { network: link("net"), pid: link("pid") };
}

interface Gathered {
  init: PsRow;
  home: Home;
  argumentsOf: ReadonlyMap<Pid, string>;
  sockets: readonly SsRow[];
}

/**
 * Where ss names a socket of any server that root runs, it names those of all, because only root is told. It looks into
 * no other network than its own.
 */
function serversOf(rows: readonly PsRow[], { init, home, argumentsOf, sockets }: Gathered): Map<Pid, ServerProcess> {
  const candidates = rows.flatMap((row) => {
    const server = serverOfName(row.comm);
    const title = argumentsOf.get(row.pid);
    return server === undefined || title === undefined ? [] : { row, server, title, handles: handlesOf(row, sockets) };
  });
  const isRoot = candidates.some(({ row, handles }) => row.uid === 0 && handles.length > 0);
  return new Map(
    candidates.map(({ row, server, title, handles }) => [
      row.pid,
      {
        ...processOf(row, init),
        server,
        uid: row.uid,
        title: parseTitle(title),
        sockets: isRoot || handles.length > 0 || networkOf(row, home) !== home.network ? handles : undefined,
        pipes: undefined,
        terminals: undefined,
        logindSession: row.logindSession,
        network: networkOf(row, home),
        container: isContainer(row, home),
      },
    ]),
  );
}

/** A process whose namespaces cannot be read is taken to live at home. */
function networkOf({ network }: PsRow, home: Home): string {
  return network === undefined ? home.network : `net:[${network}]`;
}

function isContainer(row: PsRow, home: Home): boolean {
  const isElsewhere = row.pidNamespace !== undefined && `pid:[${row.pidNamespace}]` !== home.pid;
  return isElsewhere || networkOf(row, home) !== home.network;
}

/** In the order of their file descriptors. */
function handlesOf({ pid, comm }: PsRow, sockets: readonly SsRow[]): Handle[] {
  const held = sockets.flatMap(({ inode, holders }) =>
    holders.filter((holder) => holder.pid === pid && holder.comm === comm).map(({ fd }) => ({ fd, inode })),
  );
  return held.toSorted((a, b) => a.fd - b.fd);
}

function tableOf(sockets: readonly SsRow[]): Map<number, SsRow> {
  return new Map(sockets.map((socket) => [socket.inode, socket]));
}

/** ps joins arguments by spaces, and puts the name of a process without any in brackets. */
function programsOf(
  children: readonly PsRow[],
  processes: ReadonlyMap<Pid, Process>,
  argumentsOf: ReadonlyMap<Pid, string>,
): Map<Pid, string[]> {
  const pids = new Set(children.flatMap(({ pid, foregroundGroup }) => [pid, foregroundGroup]));
  const programs = new Map<Pid, string[]>();
  for (const pid of pids) {
    const line = argumentsOf.get(pid);
    if (line !== undefined && line !== `[${processes.get(pid)?.comm ?? ""}]`) programs.set(pid, line.split(" "));
  }
  return programs;
}
