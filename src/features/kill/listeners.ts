import type { Pid } from "../../domain/process.ts";
import type { Listener, SessionReport } from "../../domain/session.ts";
import { FatalError, UsageError } from "../../errors.ts";
import { endDaemon } from "./deliver/end-daemon.ts";
import type { KillMachine } from "./machine.ts";
import {
  findConfigurationError,
  findService,
  findSilent,
  restartService,
  type ListenerService,
} from "../../system/sshd/listener-service.ts";
import type { KillOptions } from "./options.ts";

/** What is to happen to those who accept connections. */
export interface ListenerPlan {
  /** Nobody can log in once they have ended. */
  listenersToStop: readonly ListenerToStop[];
  restart: readonly ListenerService[];
  /** What follows, in words. */
  notes: readonly string[];
}

interface ListenerToStop {
  pid: Pid;
  /** The command that starts it again, or why there is none. */
  start: string;
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
  if (restartListener) return planRestart(listeners, machine);
  if (!includeListener) return { listenersToStop: [], restart: [], notes: [] };
  const listenersToStop: ListenerToStop[] = [];
  for (const listener of listeners) {
    const service = await findService(listener, machine);
    if (listener.pid === 1)
      throw new UsageError(
        "systemd itself listens for SSH connections, and cannot be ended.",
        `Stop its socket: systemctl stop ${service?.name ?? "ssh.socket"}`,
      );
    const start = service?.start.join(" ") ?? "by hand, since no service manager knows it";
    listenersToStop.push({ pid: listener.pid, start });
  }
  const notes = listenersToStop.map(
    ({ pid, start }) =>
      `the listener (PID ${String(pid)}) ends too: nobody can log in until it is started again: ${start}`,
  );
  return { listenersToStop, restart: [], notes: notes.length > 0 ? notes : ["no listener is seen that could end"] };
}

async function planRestart(listeners: readonly Listener[], machine: KillMachine): Promise<ListenerPlan> {
  if (listeners.length === 0)
    throw new UsageError(
      "No listener is seen, so none can be restarted: perhaps nobody can log in now.",
      "Start it, and leave out --restart-listener.",
    );
  const services: ListenerService[] = [];
  for (const listener of listeners) {
    const service = await findService(listener, machine);
    if (service === undefined)
      throw new UsageError(
        `No service manager knows the listener (PID ${String(listener.pid)}), so it cannot be restarted.`,
        "Restart it as it was started, and leave out --restart-listener.",
      );
    const problem = await findConfigurationError(listener, machine);
    if (problem !== undefined)
      throw new FatalError(
        `${service.name} was not restarted, because it would not start again: ${problem}.`,
        "Nothing was done.",
      );
    services.push(service);
  }
  const notes = services.map(({ restart }) => `after that: ${restart.join(" ")}, which does not affect sessions`);
  return { listenersToStop: [], restart: services, notes };
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
  for (const { pid, start } of listenersToStop) {
    const process = processes.get(pid);
    const isGone = process === undefined || (await endDaemon(process, machine));
    const name = `the listener (PID ${String(pid)})`;
    if (isGone) notes.push(`${name} has ended: nobody can log in until it is started again: ${start}`);
    else problems.push(`${name} did not end`);
  }
  return { notes, problems };
}

/** Restarts the services one by one and waits until their ports answer. */
export async function restartListeners({ restart }: ListenerPlan, machine: KillMachine): Promise<ListenerDeed> {
  const notes: string[] = [];
  const problems: string[] = [];
  for (const service of restart) {
    const problem = await restartService(service, machine);
    if (problem !== undefined) problems.push(`${service.name} was not restarted: ${problem}`);
    const silent = await findSilent(service.listener, machine);
    if (silent.length > 0)
      problems.push(`${service.name} does not answer on ${silent.join(", ")}: nobody may be able to log in`);
    else if (problem === undefined) notes.push(`${service.name} was restarted, and answers on every port`);
  }
  return { notes, problems };
}
