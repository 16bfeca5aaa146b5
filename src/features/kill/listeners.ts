import type { Pid } from "../../domain/process.ts";
import type { SessionReport } from "../../domain/session.ts";
import { FatalError, UsageError } from "../../errors.ts";
import { findConfigurationError } from "../../system/sshd/ask.ts";
import { asRestarted, findDaemons, nameOf, type Daemon } from "../../system/sshd/daemons.ts";
import { findSilent, restart as restartDaemon, serviceCommand } from "../../system/sshd/steer.ts";
import { endDaemon } from "./deliver/end-daemon.ts";
import type { KillMachine } from "./machine.ts";
import type { KillOptions } from "./options.ts";

/** What is to happen to those who accept connections. */
export interface ListenerPlan {
  /** No new login reaches them once they have ended. */
  listenersToStop: readonly ListenerToStop[];
  restart: readonly Daemon[];
  /** What follows, in words. */
  notes: readonly string[];
}

interface ListenerToStop {
  pid: Pid;
  /** What that means for new logins. */
  consequence: string;
}

/** What became of them, in sentences. */
export interface ListenerDeed {
  notes: readonly string[];
  problems: readonly string[];
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
    listenersToStop.push({ pid, consequence: consequenceOf(daemon, others) });
  }
  const notes = listenersToStop.map(
    ({ pid, consequence }) => `the listener (PID ${String(pid)}) ends too: ${consequence}`,
  );
  return { listenersToStop, restart: [], notes: notes.length > 0 ? notes : ["no listener was found to end"] };
}

/** A way in that needs no network: a socket of systemd in the file system, or one for the host of a virtual machine. */
function isAside({ pid, socket }: Daemon): boolean {
  return pid === undefined && socket !== undefined && socket.ends.length === 0;
}

function consequenceOf(daemon: Daemon, others: readonly Daemon[]): string {
  const start = serviceCommand("start", daemon)?.join(" ") ?? "by hand, since no service manager knows it";
  if (others.length === 0) return `nobody can log in until it is started again: ${start}`;
  return `nobody can log in through it until it is started again: ${start}; logins by ${others.map(nameOf).join(" and ")} go on`;
}

async function planRestart(daemons: readonly Daemon[], machine: KillMachine): Promise<ListenerPlan> {
  const restart = daemons.filter((daemon) => !isAside(daemon));
  if (restart.length === 0)
    throw new UsageError(
      "No listener was found to restart: perhaps nobody can log in now.",
      "Start it, and omit --restart-listener.",
    );
  const notes: string[] = [];
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
    notes.push(`after that: ${command.join(" ")}, which does not affect sessions`);
  }
  return { listenersToStop: [], restart, notes };
}

/** What is restarted, for messages. */
export function serviceName({ pid, service, socket }: Daemon): string {
  return (pid === undefined ? socket?.unit : service?.name) ?? "the listener";
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
  const notes: string[] = [];
  const problems: string[] = [];
  for (const { pid, consequence } of listenersToStop) {
    const process = processes.get(pid);
    const isGone = process === undefined || (await endDaemon(process, machine));
    const name = `the listener (PID ${String(pid)})`;
    if (isGone) notes.push(`${name} has ended: ${consequence}`);
    else problems.push(`${name} did not end`);
  }
  return { notes, problems };
}

/** Restarts the services one by one and waits until their ports answer. */
export async function restartListeners({ restart }: ListenerPlan, machine: KillMachine): Promise<ListenerDeed> {
  const notes: string[] = [];
  const problems: string[] = [];
  for (const daemon of restart) {
    const name = serviceName(daemon);
    const problem = await restartDaemon(daemon, machine);
    if (problem !== undefined) problems.push(`${name} was not restarted: ${problem}`);
    const silent = await findSilent(daemon.ends, machine);
    if (silent.length > 0)
      problems.push(`${name} does not answer on ${silent.join(", ")}: nobody may be able to log in`);
    else if (problem === undefined) notes.push(`${name} was restarted, and answers on every port`);
  }
  return { notes, problems };
}
