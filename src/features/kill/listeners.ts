import type { Pid } from "../../domain/process.ts";
import type { SessionReport } from "../../domain/session.ts";
import { FatalError, UsageError } from "../../errors.ts";
import { findConfigurationError } from "../../system/sshd/ask.ts";
import { asRestarted, findDaemons, type Daemon } from "../../system/sshd/daemons.ts";
import { findSilent, restart as restartDaemon, serviceCommand } from "../../system/sshd/steer.ts";
import { endDaemon } from "./deliver/end-daemon.ts";
import type { KillMachine } from "./machine.ts";
import type { KillOptions } from "./options.ts";
import type { KillProblem, ListenerNote } from "./plan/problem.ts";
import { serviceName } from "./text/problems.ts";

/** What is to happen to those who accept connections. */
export interface ListenerPlan {
  /** No new login reaches them once they have ended. */
  listenersToStop: readonly ListenerToStop[];
  restart: readonly Daemon[];
  /** What follows. */
  notes: readonly ListenerNote[];
}

interface ListenerToStop {
  pid: Pid;
  daemon: Daemon;
  /** Servers that logins still reach. */
  others: readonly Daemon[];
}

/** What became of them. */
export interface ListenerDeed {
  notes: readonly ListenerNote[];
  problems: readonly KillProblem[];
}

/** @throws UsageError, FatalError when that cannot be done safely: nothing has happened then. */
export async function planListeners(
  { includeListener, restartListener }: KillOptions,
  { listeners }: SessionReport,
  machine: KillMachine,
): Promise<ListenerPlan> {
  if (!includeListener && !restartListener) return { listenersToStop: [], restart: [], notes: [] };
  const daemons = await findDaemons(machine, listeners);
  return restartListener ? planRestart(daemons, machine) : planEnd(daemons);
}

function planEnd(daemons: readonly Daemon[]): ListenerPlan {
  const listenersToStop: ListenerToStop[] = [];
  const others = daemons.filter(isAside);
  for (const daemon of daemons.filter((each) => !others.includes(each))) {
    const { pid, socket } = daemon;
    if (pid === undefined || socket !== undefined)
      throw new UsageError(
        "systemd itself listens for SSH connections, and cannot be ended.",
        `Stop its socket: systemctl stop ${socket?.unit ?? "ssh.socket"}`,
      );
    listenersToStop.push({ pid, daemon, others });
  }
  const notes = listenersToStop.map((each) => ({ kind: "ends" as const, ...each }));
  return { listenersToStop, restart: [], notes: notes.length > 0 ? notes : [{ kind: "no-listener" }] };
}

/** A way in that needs no network: a socket of systemd in the file system, or one for the host of a virtual machine. */
function isAside({ pid, socket }: Daemon): boolean {
  return pid === undefined && socket !== undefined && socket.ends.length === 0;
}

async function planRestart(daemons: readonly Daemon[], machine: KillMachine): Promise<ListenerPlan> {
  const restart = daemons.filter((daemon) => !isAside(daemon));
  if (restart.length === 0)
    throw new UsageError(
      "No listener was found to restart: perhaps nobody can log in now.",
      "Start it, and omit --restart-listener.",
    );
  const notes: ListenerNote[] = [];
  for (const daemon of restart) {
    const command = serviceCommand("restart", daemon);
    if (command === undefined)
      throw new UsageError(
        `No service manager knows the listener (PID ${String(daemon.pid ?? 1)}), so it cannot be restarted.`,
        "Restart it the way it was started, and omit --restart-listener.",
      );
    const problem = await findConfigurationError(asRestarted(daemon), machine);
    if (problem !== undefined)
      throw new FatalError(
        `${serviceName(daemon)} was not restarted, because it would not start again: ${problem}.`,
        "Nothing was done.",
      );
    notes.push({ kind: "will-restart", command });
  }
  return { listenersToStop: [], restart, notes };
}

export function pidsToStop({ listenersToStop }: ListenerPlan): ReadonlySet<Pid> {
  return new Set(listenersToStop.map(({ pid }) => pid));
}

/** Ends those that are to end. */
export async function endListeners(
  { listenersToStop, restart, notes: planned }: ListenerPlan,
  { processes }: SessionReport,
  machine: KillMachine,
): Promise<ListenerDeed> {
  // Where nothing is done to them, what the plan says stands.
  if (listenersToStop.length === 0 && restart.length === 0) return { notes: planned, problems: [] };
  const notes: ListenerNote[] = [];
  const problems: KillProblem[] = [];
  for (const listener of listenersToStop) {
    const process = processes.get(listener.pid);
    const isGone = process === undefined || (await endDaemon(process, machine));
    if (isGone) notes.push({ kind: "ended", ...listener });
    else problems.push({ kind: "listener-survived", pid: listener.pid });
  }
  return { notes, problems };
}

/** Restarts the services one by one and waits until their ports answer. */
export async function restartListeners({ restart }: ListenerPlan, machine: KillMachine): Promise<ListenerDeed> {
  const notes: ListenerNote[] = [];
  const problems: KillProblem[] = [];
  for (const daemon of restart) {
    const complaint = await restartDaemon(daemon, machine);
    if (complaint !== undefined) problems.push({ kind: "restart-failed", daemon, complaint });
    const ends = await findSilent(daemon.ends, machine);
    if (ends.length > 0) problems.push({ kind: "silent-after-restart", daemon, ends });
    else if (complaint === undefined) notes.push({ kind: "restarted", daemon });
  }
  return { notes, problems };
}
