/** A process ID in the PID namespace of the machine we look at. The kernel reuses them: see {@link ProcessIdentity}. */
export type Pid = number;

/** What stays the same for the life of one process and is never given to another one. */
export interface ProcessIdentity {
  pid: Pid;
  /** Clock ticks between boot and the start of the process: field 22 of /proc/PID/stat, proc(5). */
  startTicks: number;
}

/** What every process tells to everybody: /proc/PID/stat, proc(5). */
export interface Process extends ProcessIdentity {
  ppid: Pid;
  pgid: Pid;
  sid: Pid;
  /** The executed file's name, at most 15 characters; any process can change its own. */
  comm: string;
  /** Controlling terminal without /dev/, such as "pts/3". */
  tty: string | undefined;
  /** The process group in the foreground of that terminal; -1 without one. */
  foregroundGroup: number;
}

/** Whether all that is known of a process is the same. */
export function isSameProcess(one: Process, other: Process): boolean {
  return (
    one.pid === other.pid &&
    one.startTicks === other.startTicks &&
    one.ppid === other.ppid &&
    one.pgid === other.pgid &&
    one.sid === other.sid &&
    one.comm === other.comm &&
    one.tty === other.tty &&
    one.foregroundGroup === other.foregroundGroup
  );
}

export type ProcessTable = ReadonlyMap<Pid, Process>;

/** Processes by the PID of their parent. */
export type Children = ReadonlyMap<Pid, readonly Process[]>;

export function childrenOf(processes: ProcessTable): Children {
  const children = new Map<Pid, Process[]>();
  for (const process of processes.values()) {
    const siblings = children.get(process.ppid);
    if (siblings === undefined) children.set(process.ppid, [process]);
    else siblings.push(process);
  }
  return children;
}

/** The process and its ancestors, nearest first; ends where the table does. */
export function* lineage(processes: ProcessTable, pid: Pid): Generator<Process> {
  const seen = new Set<Pid>();
  let process = processes.get(pid);
  while (process !== undefined && !seen.has(process.pid)) {
    seen.add(process.pid);
    yield process;
    process = processes.get(process.ppid);
  }
}

/**
 * Answers for any process what it has itself, or else its nearest ancestor that has something. All processes of a machine together
 * cost one step each, however long the chain is that a user makes of them.
 */
export function inherited<T>(
  processes: ProcessTable,
  ownOf: (process: Process) => T | undefined,
): (pid: Pid) => T | undefined {
  const known = new Map<Pid, T | undefined>();
  return (pid) => {
    const below: Pid[] = [];
    let found: T | undefined;
    for (let each = processes.get(pid); each !== undefined; each = processes.get(each.ppid)) {
      if (known.has(each.pid)) {
        found = known.get(each.pid);
        break;
      }
      // Also against processes that are each other's parents, in a recording.
      known.set(each.pid, undefined);
      below.push(each.pid);
      found = ownOf(each);
      if (found !== undefined) break;
    }
    for (const each of below) known.set(each, found);
    return found;
  };
}
