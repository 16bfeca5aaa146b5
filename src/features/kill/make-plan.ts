import type { Channel } from "../../domain/describe-channels.ts";
import { inherited, type Process } from "../../domain/process.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import { findProtection, type ProtectedEntry } from "../../system/protected/read-protected.ts";
import { describeProcesses } from "../../report/read-details.ts";
import { backendFor } from "./deliver/backends/index.ts";
import { readSessionProcesses, type SessionProcesses } from "./deliver/session-processes.ts";
import { pidsToStop, planListeners } from "./listeners.ts";
import type { KillMachine } from "./machine.ts";
import type { KillOptions } from "./options.ts";
import { dangersAmong } from "./plan/critical-programs.ts";
import type { KillPlan } from "./plan/kill-plan.ts";
import { planTerminations, terminateChannel } from "./plan/plan-terminations.ts";
import type { Found } from "./request.ts";

/**
 * Looks up everything that has to be known before the first signal.
 *
 * @throws UsageError, FatalError if exactly that cannot be done.
 */
export async function makePlan(
  { report, chosen, channel }: Found,
  options: KillOptions,
  machine: KillMachine,
): Promise<KillPlan> {
  const maySignal = (targets: readonly Process[]) =>
    targets.every(({ pid }) => machine.signals.probe(pid) !== "refused");
  const protectedBy = await protectionOf(chosen.sessions, options, machine);
  const planned = planTerminations(report, chosen.sessions, { ...options, maySignal, protectedBy });
  const { spared } = planned;
  const terminations = planned.terminations.map((whole) =>
    channel === undefined ? whole : terminateChannel(whole.session, channel, report.processes),
  );
  const listeners = await planListeners(options, report, machine);
  const backend = backendFor(options.backend, pidsToStop(listeners), machine);
  const batches = terminations.map((termination) => ({ termination, processes: termination.targets }));
  const commands = batches.length === 0 ? [] : await backend.preview(batches, options.signal);
  const sessions = terminations.map(({ session }) => session);
  const started = readSessionProcesses(sessions, report, machine);
  const sessionProcesses = channel === undefined ? started : processesOn(channel, started, report);
  const described = describeProcesses(machine.files, sessionProcesses);
  const ends = terminations.map((termination) => ({
    termination,
    sessionProcesses: described.get(termination.session) ?? [],
    dangers: dangersAmong(sessionProcesses.get(termination.session) ?? []),
    isPermitted: maySignal(termination.targets),
  }));
  return { report, ends, spared, undecided: chosen.undecided, commands, sessionProcesses, listeners };
}

async function protectionOf(
  sessions: readonly Session[],
  { evenProtected }: KillOptions,
  machine: KillMachine,
): Promise<(session: Session) => ProtectedEntry | undefined> {
  if (evenProtected === "all") return () => undefined;
  const protection = findProtection(evenProtected, machine);
  const found = new Map<Session, ProtectedEntry | undefined>();
  for (const session of sessions) found.set(session, await protection.ofSession(session));
  return (session) => found.get(session);
}

/** What has been started on one terminal, detached or not. */
function processesOn(channel: Channel, started: SessionProcesses, { processes }: SessionReport): SessionProcesses {
  const leader = processes.get(channel.pid);
  const isBelow = inherited(processes, ({ pid }) => (pid === channel.pid ? true : undefined));
  const isOn = ({ pid, sid, tty }: Process) => sid === leader?.sid || tty === channel.tty || isBelow(pid) === true;
  return new Map([...started].map(([session, all]) => [session, all.filter(isOn)]));
}
