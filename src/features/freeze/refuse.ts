/** Which sessions are never frozen, whatever is asked for. Pure. */
import type { Pid, ProcessTable } from "../../domain/process.ts";
import { lineage } from "../../domain/process.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import { DeclinedError, NothingDoneError } from "../../errors.ts";

/** @throws DeclinedError, NothingDoneError: by what the session is. */
export function rejectSession({ container, self, selfProof, phase, pid }: Session): void {
  const name = `PID ${String(pid)}`;
  if (container) throw new DeclinedError(`Nothing was done: ${name} is in a container, whose sessions are not frozen.`);
  if (self !== false)
    throw new DeclinedError(
      `Nothing was done: ${name} ${self === true ? "is" : "may be"} your own session${selfProof === undefined ? "" : `: ${selfProof}`}. sshctl would be frozen with it.`,
      "Freeze it from another session.",
    );
  if (phase !== "open")
    throw new NothingDoneError(
      `Nothing was done: the session of ${name} is not open (${phase}).`,
      '"sshctl kill" ends it.',
    );
}

/**
 * Whether exactly one session is among the processes of a scope, and nothing that others need.
 *
 * @throws DeclinedError
 */
export function rejectScope(session: Session, members: ReadonlySet<Pid>, report: SessionReport, observer: Pid): void {
  const scope = `session-${session.logindSession ?? ""}.scope`;
  if (isObserved(members, report.processes, observer))
    throw new DeclinedError(
      `Nothing was done: sshctl runs below a process of ${scope}, and would be frozen with it.`,
      "Freeze it from another session.",
    );
  const listener = report.listeners.find(({ pid }) => members.has(pid));
  if (listener !== undefined)
    throw new DeclinedError(
      `Nothing was done: the SSH listener (PID ${String(listener.pid)}) is in ${scope}, and nobody could log in any more.`,
    );
  const other = report.sessions.find(
    (each) => each !== session && (members.has(each.pid) || members.has(each.identity.pid)),
  );
  if (other !== undefined)
    throw new DeclinedError(
      `Nothing was done: the session of PID ${String(other.pid)} is in ${scope}, too, and would be frozen with it.`,
    );
}

function isObserved(members: ReadonlySet<Pid>, processes: ProcessTable, observer: Pid): boolean {
  return members.has(observer) || [...lineage(processes, observer)].some(({ pid }) => members.has(pid));
}
