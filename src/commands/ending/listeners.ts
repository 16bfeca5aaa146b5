import type { Pid } from "../../domain/process.ts";
import type { Listener, SessionReport } from "../../domain/session.ts";
import { FatalError, UsageError } from "../../errors.ts";
import type { Acts } from "../../kill/acts.ts";
import type { ListenerService } from "../../kill/listener-service.ts";
import type { KillWish } from "./options.ts";

/** What is to happen to those who accept connections. */
export interface ListenerPlan {
  /** Processes that are to end; nobody can log in after that. */
  doomed: readonly Listener[];
  restart: readonly ListenerService[];
  /** What follows, in words. */
  notes: readonly string[];
}

/** @throws UsageError, FatalError when that cannot be done safely: nothing has happened then. */
export async function planListeners(
  { includeListener, restartListener }: KillWish,
  { listeners }: SessionReport,
  acts: Acts,
): Promise<ListenerPlan> {
  if (restartListener) return planRestart(listeners, acts);
  if (!includeListener) return { doomed: [], restart: [], notes: [] };
  const notes: string[] = [];
  for (const listener of listeners) {
    const service = await acts.findService(listener);
    if (listener.pid === 1)
      throw new UsageError(
        "systemd itself listens for SSH connections, and cannot be ended.",
        `Stop its socket: systemctl stop ${service?.name ?? "ssh.socket"}`,
      );
    notes.push(
      `the listener (PID ${String(listener.pid)}) ends too: nobody can log in any more until it is started: ${service?.start.join(" ") ?? "by hand, for no service manager knows it"}`,
    );
  }
  return { doomed: listeners, restart: [], notes };
}

async function planRestart(listeners: readonly Listener[], acts: Acts): Promise<ListenerPlan> {
  const services: ListenerService[] = [];
  for (const listener of listeners) {
    const service = await acts.findService(listener);
    if (service === undefined)
      throw new UsageError(
        `No service manager knows the listener (PID ${String(listener.pid)}), so it cannot be restarted.`,
        "Restart it as it was started, and leave out --restart-listener.",
      );
    const problem = await acts.findConfigurationError(listener);
    if (problem !== undefined)
      throw new FatalError(
        `${service.name} is not restarted, because it would not start again: ${problem}.`,
        "Nothing was done.",
      );
    services.push(service);
  }
  const notes = services.map(({ restart }) => `after that: ${restart.join(" ")}, which no session notices`);
  return { doomed: [], restart: services, notes };
}

export function doomedPids({ doomed }: ListenerPlan): ReadonlySet<Pid> {
  return new Set(doomed.map(({ pid }) => pid));
}

/**
 * Ends those that are to end.
 *
 * @returns what went wrong.
 */
export async function endListeners(
  { doomed }: ListenerPlan,
  { processes }: SessionReport,
  acts: Acts,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { pid } of doomed) {
    const process = processes.get(pid);
    const isGone = process === undefined || (await acts.endDaemon(process));
    if (!isGone) problems.push(`the listener (PID ${String(pid)}) did not end`);
  }
  return problems;
}

/**
 * Restarts the services one by one and waits until their ports answer.
 *
 * @returns what went wrong.
 */
export async function restartListeners({ restart }: ListenerPlan, acts: Acts): Promise<string[]> {
  const problems: string[] = [];
  for (const service of restart) {
    const problem = await acts.restartService(service);
    if (problem !== undefined) problems.push(`${service.name} was not restarted: ${problem}`);
    const silent = await acts.findSilent(service.listener);
    if (silent.length > 0)
      problems.push(`${service.name} does not answer on ${silent.join(", ")}: nobody may be able to log in`);
  }
  return problems;
}
