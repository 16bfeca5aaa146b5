import { assignProcesses, connectionMembers } from "../plan/assign-processes.ts";
import { lineage, type Pid, type Process, type ProcessTable } from "../../../domain/process.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { Machine } from "../../../host/host.ts";
import type { Files } from "../../../host/files/files.ts";
import { rereadProcess } from "../../../system/procfs/processes.ts";
import { readTraces } from "./read-traces.ts";

/** What sessions have started, the servers' own processes aside. */
export type SessionProcesses = ReadonlyMap<Session, readonly Process[]>;

/**
 * Of these sessions of a report. Nothing of the observer's own ancestors is among it.
 */
export function readSessionProcesses(
  sessions: readonly Session[],
  report: SessionReport,
  { files, observer }: Pick<Machine, "files"> & { observer: Pid },
): SessionProcesses {
  const spared = listenersOf(report);
  const members = connectionMembers(report.sessions, report.processes, spared);
  const traces = readTraces(files, report.processes, usersOf(sessions));
  const assigned = assignProcesses(members, report.processes, traces, spared);
  const isOwn = ownAncestors(report.processes, observer);
  return new Map(
    sessions.map((session) => [session, (assigned.get(session) ?? []).filter((process) => !isOwn(process))]),
  );
}

/** Waits a moment for what ends together with its session. @returns what lives on. */
export async function waitForLeftovers(
  sessionProcesses: SessionProcesses,
  { files, clock }: { files: Files; clock: Clock },
  interruption: AbortSignal,
): Promise<SessionProcesses> {
  const untilMs = clock.now() + endingMs;
  for (;;) {
    const living = new Map(
      [...sessionProcesses].flatMap(([session, processes]) => {
        const left = processes.filter((process) => rereadProcess(files, process) !== undefined);
        return left.length === 0 ? [] : [[session, left] as const];
      }),
    );
    if (living.size === 0 || clock.now() > untilMs || interruption.aborted) return living;
    await clock.pause(50, interruption);
  }
}

/** Shells write their history and close their jobs. */
const endingMs = 1500;

/** The daemons that accept connections; the service manager, where it does so, is spared anyway. */
export function listenersOf({ listeners }: SessionReport): ReadonlySet<Pid> {
  return new Set(listeners.map(({ pid }) => pid).filter((pid) => pid !== 1));
}

export function usersOf(sessions: Iterable<Session>): Set<number> {
  return new Set([...sessions].flatMap(({ uid }) => uid ?? []));
}

/** Whether a process is the observer or above it. */
export function ownAncestors(processes: ProcessTable, observer: Pid): (process: Process) => boolean {
  const pids = new Set([...lineage(processes, observer)].map(({ pid }) => pid));
  return ({ pid }) => pids.has(pid);
}
