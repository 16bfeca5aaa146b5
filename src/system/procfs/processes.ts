import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import { FatalError, PermissionError } from "../../errors.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { readBirths } from "./births.ts";
import type { Memory } from "./memory.ts";
import { parseStat } from "./stat.ts";

/**
 * Every process that runs at this moment.
 *
 * @param memory - of earlier readings: what is certainly the same is not read again.
 * @throws FatalError when there is no /proc, PermissionError when it hides the processes of other users.
 */
export function readProcesses(files: Files, memory?: Memory): ProcessTable {
  const names = files.names("/proc");
  if (!isPresent(names))
    throw new FatalError("/proc cannot be read, so no process can be seen.", "Mount it: mount -t proc proc /proc");
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = memory === undefined ? readEach(files, pids) : readNew(files, pids, memory);
  if (processes.size === 0) throw new FatalError("/proc holds no processes.", "Mount it: mount -t proc proc /proc");
  if (!processes.has(1)) {
    throw new PermissionError(
      "/proc hides the processes of other users (mount option hidepid).",
      "Run sshctl as root.",
    );
  }
  return processes;
}

function readEach(files: Files, pids: readonly Pid[]): Map<Pid, Process> {
  const processes = new Map<Pid, Process>();
  for (const pid of pids) {
    const process = readProcess(files, pid);
    if (process !== undefined) processes.set(pid, process);
  }
  return processes;
}

function readProcess(files: Files, pid: Pid): Process | undefined {
  const stat = files.read(`/proc/${String(pid)}/stat`, 0);
  return isPresent(stat) ? parseStat(stat) : undefined;
}

/** Reads what is not known, what may have changed, and what has lost the parent that it had. */
function readNew(files: Files, pids: readonly Pid[], memory: Memory): Map<Pid, Process> {
  const mayBeNew = memory.takeTurn(readBirths(files));
  const processes = new Map<Pid, Process>();
  const known = new Set<Pid>();
  const read = (pid: Pid) => {
    const held = memory.stat(pid);
    const process = held === undefined ? readProcess(files, pid) : parseStat(held);
    if (process === undefined) processes.delete(pid);
    else {
      processes.set(pid, process);
      memory.keepProcess(process);
    }
  };
  for (const pid of pids) {
    const ino = () => orUndefined(files.facts(`/proc/${String(pid)}`))?.ino;
    const steady = memory.process(pid, mayBeNew(pid) ? ino : undefined);
    if (steady === undefined) read(pid);
    else {
      known.add(pid);
      processes.set(pid, steady);
    }
  }
  for (const pid of known) {
    const ppid = processes.get(pid)?.ppid ?? 0;
    if (ppid !== 0 && !known.has(ppid)) read(pid);
  }
  memory.keepOnly(processes);
  return processes;
}

/** The same process as it is now; undefined when it has ended. */
export function rereadProcess(files: Files, { pid, startTicks }: Process): Process | undefined {
  const stat = files.read(`/proc/${String(pid)}/stat`, 0);
  const current = isPresent(stat) ? parseStat(stat) : undefined;
  return current?.startTicks === startTicks ? current : undefined;
}
