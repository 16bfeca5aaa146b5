import { formatEndpoint, type Endpoint } from "../../../domain/address.ts";
import type { HeldState, Survival } from "../plan/outcome.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import type { Pid, Process } from "../../../domain/process.ts";
import { serverOfName } from "../../../domain/ssh-server.ts";
import { isPresent, orUndefined, type Files } from "../../../host/files/files.ts";
import { readHome } from "../../../system/procfs/home.ts";
import { readProcesses, rereadProcess } from "../../../system/procfs/processes.ts";
import { readTcpTable } from "../../../system/procfs/tcp-table.ts";

/** What is still there of a session that is to end. */
export interface Remains {
  targets: readonly Process[];
  monitor: Process | undefined;
  /** Some process still holds its connection open. */
  isConnected: boolean;
}

export function isNothing({ targets, monitor, isConnected }: Remains): boolean {
  return targets.length === 0 && monitor === undefined && !isConnected;
}

/** @returns what is left of each cut, in their order. The kernel's tables are read once for all. */
export function readRemains(files: Files, terminations: readonly Termination[]): Remains[] {
  const processes = terminations.map(({ targets, monitor }) => ({
    targets: targets.flatMap((target) => rereadProcess(files, target) ?? []),
    monitor: monitor && rereadProcess(files, monitor),
  }));
  // While a process is there, its connection is of no interest.
  const isAnyGone = processes.some(({ targets, monitor }) => targets.length === 0 && monitor === undefined);
  const connections = isAnyGone ? readConnections(files) : undefined;
  return terminations.map(({ session: { peer, local, container }, channel }, index) => ({
    targets: processes[index]?.targets ?? [],
    monitor: processes[index]?.monitor,
    isConnected:
      channel === undefined &&
      !container &&
      peer !== undefined &&
      local !== undefined &&
      isIn(connections, nameOf(local, peer)),
  }));
}

interface Connections {
  names: ReadonlySet<string>;
  isWhole: boolean;
}

/** Connections that a process holds: the kernel keeps those that it closes by itself without an inode. */
function readConnections(files: Files): Connections {
  const { rows, isWhole } = readTcpTable(files, readHome(files).networkFolder);
  return { names: new Set(rows.map(({ local, remote }) => nameOf(local, remote))), isWhole };
}

/** What may stand in the part of the table that was not read has not been proven to be gone. */
function isIn(connections: Connections | undefined, name: string): boolean {
  return connections !== undefined && (connections.names.has(name) || !connections.isWhole);
}

function nameOf(local: Endpoint, peer: Endpoint): string {
  return `${formatEndpoint(local)} ${formatEndpoint(peer)}`;
}

/** A child of sshd's in the kernel session of one of these: what users run leads sessions of its own. */
export function findHelper(files: Files, monitors: readonly Process[]): Process | undefined {
  const sids = new Map(monitors.map(({ pid, sid }) => [pid, sid]));
  return [...readProcesses(files).values()].find(
    ({ ppid, sid, comm }) => sids.get(ppid) === sid && serverOfName(comm) !== undefined,
  );
}

/** Whether some process has this PID now. */
export function isTaken(files: Files, pid: Pid): boolean {
  return isPresent(files.read(statOf(pid), 0));
}

/** What keeps a session alive that should have ended. */
export function whyAlive(files: Files, { targets, monitor }: Remains): Survival {
  const [process] = [...targets, ...(monitor === undefined ? [] : [monitor])];
  if (process === undefined) return { kind: "connection-held" };
  const { pid, comm } = process;
  const text = orUndefined(files.read(statOf(pid), 0)) ?? "";
  return { kind: "process", pid, comm, state: states.get(text.charAt(text.lastIndexOf(")") + 2)) };
}

/** The third field of /proc/PID/stat, proc(5). */
const states: ReadonlyMap<string, HeldState> = new Map([
  ["D", "uninterruptible"],
  ["T", "stopped"],
  ["t", "traced"],
]);

function statOf(pid: Pid): string {
  return `/proc/${String(pid)}/stat`;
}
