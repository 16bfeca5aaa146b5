/** What can be done to this machine: everything that changes it goes through here. */
import type { KillOutcome } from "../plan/outcome.ts";
import type { LoginRecords } from "../plan/login-records.ts";
import type { Cut } from "../plan/plan-kill.ts";
import type { Pid, Process } from "../../../domain/process.ts";
import type { SessionProcess } from "../../../domain/session-details.ts";
import type { Listener, Session, SessionReport } from "../../../domain/session.ts";
import type { EndingSignal } from "../plan/signal.ts";
import { machineOf, type Host, type Machine } from "../../../host/host.ts";
import type { Signals } from "../../../host/processes/signals.ts";
import { describeProcesses } from "../../../report/read-details.ts";
import type { BackendName, CommandLine } from "./backends/backend.ts";
import { backends } from "./backends/index.ts";
import { readBelongings, waitForBelongings, type Belongings } from "./read-belongings.ts";
import { readCaller, type Caller } from "../../../system/caller.ts";
import { endDaemon } from "./end-daemon.ts";
import { deliver, type Orders } from "./deliver.ts";
import { endBelongings } from "./end-belongings.ts";
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
  doomed: ReadonlySet<Pid>;
}

export interface Acts {
  caller: () => Caller;
  readBelongings: (sessions: readonly Session[], report: SessionReport) => Belongings;
  describe: (belongings: Belongings) => ReadonlyMap<Session, readonly SessionProcess[]>;
  findOwnScopes: (sessions: readonly Session[]) => Promise<OwnScopes>;
  /** @throws UsageError when the backend cannot select exactly the victims. */
  preview: (cuts: readonly Cut[], signal: EndingSignal, method: Method) => Promise<readonly CommandLine[]>;
  /** @throws UsageError like preview, and nothing was signalled then. */
  deliver: (cuts: readonly Cut[], orders: Orders & Method, interruption: AbortSignal) => Promise<Map<Cut, KillOutcome>>;
  /** Those that the kernel does not let the caller end; nothing is signalled. */
  findForbidden: (cuts: readonly Cut[]) => ReadonlySet<Cut>;
  /** Gives them a moment to end with their session. @returns those that live on. */
  waitForBelongings: (belongings: Belongings, interruption: AbortSignal) => Promise<Belongings>;
  endBelongings: (
    known: Belongings,
    report: SessionReport,
    scopes: OwnScopes,
    interruption: AbortSignal,
  ) => Promise<Belongings>;
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
  const backendOf = ({ backend, doomed }: Method) => backends[backend](ports, doomed);
  return {
    caller: () => readCaller(files),
    readBelongings: (sessions, report) => readBelongings(sessions, report, files, observer),
    describe: (belongings) => describeProcesses(files, belongings),
    findForbidden: (cuts) => new Set(cuts.filter((cut) => isForbidden(cut, signals))),
    findOwnScopes: async (sessions) => findOwnScopes(sessions, ports),
    preview: async (cuts, signal, method) =>
      backendOf(method).preview(
        cuts.map((cut) => ({ cut, processes: cut.victims })),
        signal,
      ),
    deliver: async (cuts, orders, interruption) =>
      deliver(cuts, orders, { ...ports, backend: backendOf(orders) }, interruption),
    waitForBelongings: async (belongings, interruption) => waitForBelongings(belongings, ports, interruption),
    endBelongings: async (known, report, scopes, interruption) =>
      endBelongings(known, report, scopes, ports, interruption),
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

function isForbidden({ victims }: Cut, signals: Signals): boolean {
  return victims.some(({ pid }) => signals.probe(pid) === "refused");
}
