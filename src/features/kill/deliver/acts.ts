/** What can be done to this machine: everything that changes it goes through here. */
import type { KillOutcome } from "../plan/outcome.ts";
import type { LoginRecords } from "../plan/login-records.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import type { Pid, Process } from "../../../domain/process.ts";
import type { SessionProcess } from "../../../domain/session-details.ts";
import type { Listener, Session, SessionReport } from "../../../domain/session.ts";
import type { EndingSignal } from "../plan/signal.ts";
import { machineOf, type Host, type Machine } from "../../../host/host.ts";
import type { Signals } from "../../../host/processes/signals.ts";
import { describeProcesses } from "../../../report/read-details.ts";
import type { BackendName, CommandLine } from "./backends/backend.ts";
import { backends } from "./backends/index.ts";
import { readSessionProcesses, waitForLeftovers, type SessionProcesses } from "./session-processes.ts";
import { readCaller, type Caller } from "../../../system/caller.ts";
import { endDaemon } from "./end-daemon.ts";
import { deliver, type Orders } from "./deliver.ts";
import { endLeftovers } from "./end-leftovers.ts";
import {
  findConfigurationError,
  findService,
  findSilent,
  restartService,
  type ListenerService,
} from "../../../system/sshd/listener-service.ts";
import { readLoginRecords } from "./read-login-records.ts";
import { callerFields, recordActs, writeEntry, type Act } from "./record-act.ts";
import { findOwnScopes, type OwnScopes } from "../../../system/systemd/login-scope.ts";
import { warnUsers, type Announcement, type Untold } from "./warn-users.ts";

/** What of the machine acts need. */
export type ActPorts = Pick<
  Machine,
  "files" | "programs" | "feed" | "signals" | "cgroups" | "clock" | "terminals" | "ownFiles" | "greetings" | "observer"
>;

/** How processes are signalled. */
export interface Method {
  backend: BackendName;
  /** Listeners that are to end as well. */
  listenersToStop: ReadonlySet<Pid>;
}

export interface Acts {
  caller: () => Caller;
  readSessionProcesses: (sessions: readonly Session[], report: SessionReport) => SessionProcesses;
  describe: (sessionProcesses: SessionProcesses) => ReadonlyMap<Session, readonly SessionProcess[]>;
  findOwnScopes: (sessions: readonly Session[]) => Promise<OwnScopes>;
  /** @throws UsageError when the backend cannot select exactly the victims. */
  preview: (
    terminations: readonly Termination[],
    signal: EndingSignal,
    method: Method,
  ) => Promise<readonly CommandLine[]>;
  /** @throws UsageError like preview, and nothing was signalled then. */
  deliver: (
    terminations: readonly Termination[],
    orders: Orders & Method,
    interruption: AbortSignal,
  ) => Promise<Map<Termination, KillOutcome>>;
  /** Those that the kernel does not let the caller end; nothing is signalled. */
  findForbidden: (terminations: readonly Termination[]) => ReadonlySet<Termination>;
  /** Gives them a moment to end with their session. @returns those that live on. */
  waitForLeftovers: (sessionProcesses: SessionProcesses, interruption: AbortSignal) => Promise<SessionProcesses>;
  endLeftovers: (
    known: SessionProcesses,
    report: SessionReport,
    scopes: OwnScopes,
    interruption: AbortSignal,
  ) => Promise<SessionProcesses>;
  readLoginRecords: (sessions: readonly Session[]) => Promise<LoginRecords[]>;
  warnUsers: (
    sessions: readonly Session[],
    announcement: Announcement,
    interruption: AbortSignal,
    tick: (secondsLeft: number, untold: readonly Untold[]) => void,
  ) => Promise<boolean>;
  /** Asks a daemon to end. @returns whether it did, in good time. */
  endDaemon: (process: Process) => Promise<boolean>;
  /** @returns whether the system log took all of them. */
  record: (acts: readonly Act[]) => Promise<boolean>;
  /** Writes down something else that was done. @returns whether the system log took it. */
  writeDown: (message: string, fields: Readonly<Record<string, string | undefined>>) => Promise<boolean>;
  /** @returns what went wrong. */
  save: (path: string, text: string) => "created" | "exists" | { problem: string };
  findService: (listener: Listener) => Promise<ListenerService | undefined>;
  findConfigurationError: (listener: Listener) => Promise<string | undefined>;
  /** @returns what went wrong. */
  restartService: (service: ListenerService) => Promise<string | undefined>;
  findSilent: (listener: Listener) => Promise<string[]>;
}

/** @throws FatalError for a recorded host. */
export async function actsOn(host: Host): Promise<Acts> {
  return createActs(await machineOf(host));
}

export function createActs(ports: ActPorts): Acts {
  const { files, feed, signals, observer, ownFiles } = ports;
  const backendOf = ({ backend, listenersToStop }: Method) => backends[backend](ports, listenersToStop);
  return {
    caller: () => readCaller(files),
    readSessionProcesses: (sessions, report) => readSessionProcesses(sessions, report, files, observer),
    describe: (sessionProcesses) => describeProcesses(files, sessionProcesses),
    findForbidden: (terminations) => new Set(terminations.filter((termination) => isForbidden(termination, signals))),
    findOwnScopes: async (sessions) => findOwnScopes(sessions, ports),
    preview: async (terminations, signal, method) =>
      backendOf(method).preview(
        terminations.map((termination) => ({ termination, processes: termination.targets })),
        signal,
      ),
    deliver: async (terminations, orders, interruption) =>
      deliver(terminations, orders, { ...ports, backend: backendOf(orders) }, interruption),
    waitForLeftovers: async (sessionProcesses, interruption) => waitForLeftovers(sessionProcesses, ports, interruption),
    endLeftovers: async (known, report, scopes, interruption) =>
      endLeftovers(known, report, scopes, ports, interruption),
    readLoginRecords: async (sessions) => readLoginRecords(sessions, ports),
    warnUsers: async (sessions, announcement, interruption, tick) =>
      warnUsers(sessions, announcement, ports, interruption, tick),
    endDaemon: async (process) => endDaemon(process, ports),
    record: async (acts) => recordActs(acts, feed),
    writeDown: async (message, fields) => writeEntry(message, { ...callerFields(readCaller(files)), ...fields }, feed),
    save: (path, text) => ownFiles.create(path, text),
    findService: async (listener) => findService(listener, ports),
    findConfigurationError: async (listener) => findConfigurationError(listener, ports),
    restartService: async (service) => restartService(service, ports),
    findSilent: async (listener) => findSilent(listener, ports),
  };
}

function isForbidden({ targets }: Termination, signals: Signals): boolean {
  return targets.some(({ pid }) => signals.probe(pid) === "refused");
}
