import type { Endpoint } from "./address.ts";
import { lineage, type Children, type Pid, type Process, type ProcessTable } from "./process.ts";
import type { Session, Warning } from "./session.ts";
import type { Tty } from "./tty.ts";

/** Everything about one session. */
export interface SessionDetails {
  session: Session;
  /** From the parent of the connection process up to PID 1. */
  ancestors: readonly SessionProcess[];
  /** The connection process and everything below it, a parent always before its children. */
  processes: readonly SessionProcess[];
  /** The control group of the process that serves the user. */
  cgroup: string | undefined;
  traffic: Traffic | undefined;
  warnings: readonly Warning[];
}

/** One process of a session's tree. */
export interface SessionProcess {
  pid: Pid;
  ppid: Pid;
  /** How far below the first of its list. */
  depth: number;
  uid: number | undefined;
  user: string | undefined;
  tty: Tty | undefined;
  name: string;
  commandLine: string | undefined;
  /** Where it accepts connections. */
  listens: readonly Endpoint[];
  /** Runs as root although the session's user is not: whoever ends the session ends this too, or leaves it behind. */
  isElevated: boolean;
  /** Lives on when its terminal is gone, as after nohup(1); undefined when it cannot be seen. */
  ignoresHangUp: boolean | undefined;
}

/** What the kernel counts of a TCP connection: tcp_info, as ss(8) prints it. */
export interface Traffic {
  bytesSent: number | undefined;
  bytesReceived: number | undefined;
  roundTripMs: number | undefined;
  /** Segments sent again since the connection was opened. */
  retransmits: number | undefined;
  /** Bytes that the other side has not yet confirmed. */
  sendQueue: number | undefined;
}

/** The ancestors of a session's connection process, nearest first. */
export function ancestorsOf(processes: ProcessTable, pid: Pid): Process[] {
  return [...lineage(processes, pid)].slice(1);
}

/** The process and all its descendants, with their depth. */
export function descendantsOf(
  processes: ProcessTable,
  children: Children,
  pid: Pid,
): { process: Process; depth: number }[] {
  const root = processes.get(pid);
  const found: { process: Process; depth: number }[] = [];
  const visit = (process: Process, depth: number) => {
    found.push({ process, depth });
    for (const child of children.get(process.pid) ?? []) visit(child, depth + 1);
  };
  if (root !== undefined) visit(root, 0);
  return found;
}
