import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import { FatalError, PermissionError } from "../../errors.ts";
import { isPresent, type Files } from "../../os/files.ts";
import { parseStat } from "./stat.ts";

/**
 * Every process that runs at this moment.
 *
 * @throws FatalError when there is no /proc, PermissionError when it hides the processes of other users.
 */
export function readProcesses(files: Files): ProcessTable {
  const names = files.names("/proc");
  if (!isPresent(names))
    throw new FatalError("/proc cannot be read, so no process can be seen.", "Mount it: mount -t proc proc /proc");
  const processes = new Map<Pid, Process>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = files.read(`/proc/${name}/stat`, 0);
    const process = isPresent(stat) ? parseStat(stat) : undefined;
    if (process !== undefined) processes.set(process.pid, process);
  }
  if (processes.size === 0) throw new FatalError("/proc holds no processes.", "Mount it: mount -t proc proc /proc");
  if (!processes.has(1)) {
    throw new PermissionError(
      "/proc hides the processes of other users (mount option hidepid).",
      "Run sshctl as root.",
    );
  }
  return processes;
}

/** The same process as it is now; undefined when it has ended. */
export function rereadProcess(files: Files, { pid, startTicks }: Process): Process | undefined {
  const stat = files.read(`/proc/${String(pid)}/stat`, 0);
  const current = isPresent(stat) ? parseStat(stat) : undefined;
  return current?.startTicks === startTicks ? current : undefined;
}
