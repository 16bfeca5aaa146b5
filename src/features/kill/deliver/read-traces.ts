import type { Trace } from "../plan/assign-processes.ts";
import type { Pid, ProcessTable } from "../../../domain/process.ts";
import { orUndefined, type Files } from "../../../host/files/files.ts";
import { readClaimedConnection } from "../../../system/procfs/claimed-connection.ts";
import { parseLogindSession } from "../../../system/procfs/scope.ts";

/**
 * Of every process but the kernel's own threads.
 *
 * @param users - the uids whose environments are of interest.
 */
export function readTraces(files: Files, processes: ProcessTable, users: ReadonlySet<number>): Map<Pid, Trace> {
  const traces = new Map<Pid, Trace>();
  for (const { pid, ppid } of processes.values()) {
    if (pid === kernelThreads || ppid === kernelThreads) continue;
    const folder = `/proc/${String(pid)}`;
    const uid = orUndefined(files.facts(folder))?.uid;
    traces.set(pid, {
      uid,
      logindSession: parseLogindSession(orUndefined(files.read(`${folder}/cgroup`)) ?? ""),
      claim: uid !== undefined && users.has(uid) ? readClaimedConnection(files, pid) : undefined,
    });
  }
  return traces;
}

/** kthreadd is always process 2. */
const kernelThreads = 2;
