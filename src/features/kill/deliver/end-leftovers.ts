/** Ends what sessions have left behind. */
import { assignProcesses, connectionMembers, membersOf, type Members } from "../plan/assign-processes.ts";
import type { Pid, Process } from "../../../domain/process.ts";
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import type { Cgroups } from "../../../host/processes/cgroups.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { Files } from "../../../host/files/files.ts";
import type { Signals } from "../../../host/processes/signals.ts";
import { readProcesses, rereadProcess } from "../../../system/procfs/processes.ts";
import { listenersOf, ownAncestors, usersOf, type SessionProcesses } from "./session-processes.ts";
import { readTraces } from "./read-traces.ts";
import type { OwnScopes } from "../../../system/systemd/login-scope.ts";

export interface Tools {
  files: Files;
  signals: Signals;
  cgroups: Pick<Cgroups, "kill">;
  clock: Clock;
  /** Whose process and ancestors are never touched. */
  observer: Pid;
}

/**
 * A process that forks faster than we look cannot be caught one by one, so a whole scope is ended by the kernel where it
 * is certain that nobody else is in it. What is left, or is in no scope, is stopped first and looked for again until
 * nothing new appears, and only then killed.
 *
 * @param known - what the sessions had started before they were cut.
 * @param report - of the whole machine before the cut.
 * @returns what is still there in the end.
 */
export async function endLeftovers(
  known: SessionProcesses,
  report: SessionReport,
  scopes: OwnScopes,
  tools: Tools,
  interruption: AbortSignal,
): Promise<SessionProcesses> {
  const reaping = startReaping(known, report, tools);
  endScopes(reaping, scopes);
  const untilMs = tools.clock.now() + limitMs;
  for (;;) {
    const living = freeze(reaping);
    if (living.size === 0) return living;
    for (const process of [...living.values()].flat()) signal(reaping, process, "KILL");
    await tools.clock.pause(pauseMs, interruption);
    // Only now: what was stopped and not killed would stay there, frozen.
    if (tools.clock.now() > untilMs || interruption.aborted) return look(reaping).living;
  }
}

const limitMs = 20_000;
const pauseMs = 20;

/** A search that remembers: the children of what was seen once are found later. */
interface Reaping {
  tools: Tools;
  targets: ReadonlySet<Session>;
  spared: ReadonlySet<Pid>;
  /** Of every session of the machine. */
  members: Map<Session, Members>;
}

function startReaping(known: SessionProcesses, report: SessionReport, tools: Tools): Reaping {
  const spared = listenersOf(report);
  const members = new Map(
    connectionMembers(report.sessions, report.processes, spared).map((each) => [each.session, each]),
  );
  for (const [session, processes] of known) members.set(session, membersOf(session, processes, members.get(session)));
  return { tools, targets: new Set(known.keys()), spared, members };
}

/** What lives of the targets now, anybody's processes in their scopes, and what the observer needs. */
function look({ tools: { files, observer }, targets, spared, members }: Reaping) {
  const processes = readProcesses(files);
  const traces = readTraces(files, processes, usersOf(targets));
  const assigned = assignProcesses([...members.values()], processes, traces, spared);
  const isOwn = ownAncestors(processes, observer);
  const living = new Map<Session, Process[]>();
  for (const session of targets) {
    const found = (assigned.get(session) ?? []).filter((process) => !isOwn(process));
    members.set(session, membersOf(session, found, members.get(session)));
    if (found.length > 0) living.set(session, found);
  }
  const inScope = (scope: string | undefined) =>
    [...traces].filter(([, { logindSession }]) => logindSession === scope).map(([pid]) => pid);
  return { living, inScope };
}

/** Lets the kernel end every scope in which there is nothing but what its session has started. */
function endScopes(reaping: Reaping, scopes: OwnScopes): void {
  const { living, inScope } = look(reaping);
  for (const [session, processes] of living) {
    const folder = scopes.get(session);
    if (folder === undefined) continue;
    const own = new Set(processes.map(({ pid }) => pid));
    if (inScope(session.logindSession).every((pid) => own.has(pid))) reaping.tools.cgroups.kill(folder);
  }
}

/** Stops everything that lives, and what that has started meanwhile, until nothing new appears. */
function freeze(reaping: Reaping): Map<Session, Process[]> {
  const stopped = new Set<string>();
  for (let round = 1; ; round += 1) {
    const { living } = look(reaping);
    const fresh = [...living.values()].flat().filter((process) => !stopped.has(sessionId(process)));
    if (fresh.length === 0 || round === mostRounds) return living;
    for (const process of fresh) {
      signal(reaping, process, "STOP");
      stopped.add(sessionId(process));
    }
  }
}

/** Against a process that replaces itself faster than we look, killing what was found helps more than another look. */
const mostRounds = 50;

function signal({ tools: { files, signals } }: Reaping, process: Process, name: "STOP" | "KILL"): void {
  if (rereadProcess(files, process) !== undefined) signals.send(process.pid, name);
}
