/**
 * Which processes a session has started. What proves it is descent, the scope that logind put the login in, and a kernel
 * session led by a process of its tree; of processes of the session's own user also the environment, which names the
 * connection. A login uid alone proves nothing: it is the same in all sessions of a user. What is left behind is what is in the
 * scope, and nothing else.
 */
import { formatEndpoint, type Endpoint } from "../../../domain/address.ts";
import { helpersOf } from "./plan-terminations.ts";
import { inherited, type Pid, type Process, type ProcessTable } from "../../../domain/process.ts";
import { isLeftover, type Session } from "../../../domain/session.ts";
import type { ClaimedConnection } from "../../../domain/snapshot.ts";

/** What a process tells beside its ancestors. */
export interface Trace {
  uid: number | undefined;
  /** In whose scope it runs. */
  logindSession: string | undefined;
  /** What its environment says; read only of processes of a session's user. */
  claim: ClaimedConnection | undefined;
}

/** What is known of the processes of a session, living or not. */
export interface Members {
  session: Session;
  /** Start times, in clock ticks since boot, by PID: a PID alone may be somebody else's by now. */
  startTicks: ReadonlyMap<Pid, number>;
  /** Kernel sessions that those processes lead or belong to. */
  sids: ReadonlySet<number>;
}

/**
 * The processes of each connection and what descends from them.
 *
 * @param spared - processes that belong to nobody, with their descendants: listeners.
 */
export function connectionMembers(
  sessions: readonly Session[],
  processes: ProcessTable,
  spared: ReadonlySet<Pid>,
): readonly Members[] {
  const heads = new Map(sessions.flatMap((session) => headsOf(session).map((pid) => [pid, session] as const)));
  const trees = new Map(sessions.map((session): [Session, Process[]] => [session, []]));
  const ownerOf = nearest(({ pid }) => heads.get(pid), processes, spared);
  for (const process of processes.values()) {
    const owner = ownerOf(process.pid);
    if (owner !== undefined && owner !== nobody) trees.get(owner)?.push(process);
  }
  return [...trees].map(([session, tree]) => membersOf(session, tree));
}

/** @param before - what was known already. */
export function membersOf(session: Session, processes: readonly Process[], before?: Members): Members {
  return {
    session,
    startTicks: new Map([
      ...(before?.startTicks ?? []),
      ...processes.map((each) => [each.pid, each.startTicks] as const),
    ]),
    sids: new Set([...(before?.sids ?? []), ...processes.map(({ sid }) => sid)]),
  };
}

function headsOf({ identity, pid }: Session): Pid[] {
  return [identity.pid, pid];
}

/** The servers' own: before the login the helpers, too, which nobody has started. Of what is left behind nothing is. */
function serverPids(session: Session, processes: ProcessTable): ReadonlySet<Pid> {
  if (isLeftover(session)) return new Set();
  return new Set([...headsOf(session), ...helpersOf(session, processes).map(({ pid }) => pid)]);
}

/** Whose the processes of a listener are. */
const nobody = Symbol("nobody");

/** Whose a process is by its ancestors; undefined when they do not tell. */
function nearest<T>(
  ownerOf: (process: Process) => T | undefined,
  processes: ProcessTable,
  spared: ReadonlySet<Pid>,
): (pid: Pid) => T | typeof nobody | undefined {
  return inherited<T | typeof nobody>(processes, (process) => (spared.has(process.pid) ? nobody : ownerOf(process)));
}

/**
 * Gives every process to the session that it belongs to, the servers' own processes aside.
 *
 * @param members - of every session of the machine: a process belongs to the nearest.
 * @param spared - processes that belong to nobody, with their descendants: listeners.
 */
export function assignProcesses(
  members: readonly Members[],
  processes: ProcessTable,
  traces: ReadonlyMap<Pid, Trace>,
  spared: ReadonlySet<Pid>,
): Map<Session, Process[]> {
  const index = indexOf(members, processes);
  const servers = new Map(members.map(({ session }) => [session, serverPids(session, processes)]));
  const assigned = new Map<Session, Process[]>(members.map(({ session }) => [session, []]));
  const ownerOf = nearest(index.ofProcess, processes, spared);
  for (const process of processes.values()) {
    if (process.pid === 1) continue;
    const session = ownerOf(process.pid) ?? byTrace(process, traces.get(process.pid), index);
    if (session === undefined || session === nobody || servers.get(session)?.has(process.pid) === true) continue;
    if (isLeftover(session) && traces.get(process.pid)?.logindSession !== session.logindSession) continue;
    assigned.get(session)?.push(process);
  }
  return assigned;
}

interface Index {
  ofProcess: (process: Process) => Session | undefined;
  ofKernelSession: ReadonlyMap<number, Session>;
  ofScope: ReadonlyMap<string, Session>;
  ofConnection: ReadonlyMap<string, Session>;
}

function indexOf(members: readonly Members[], processes: ProcessTable): Index {
  const byPid = new Map(members.flatMap((each) => [...each.startTicks.keys()].map((pid) => [pid, each] as const)));
  const ofProcess = ({ pid, startTicks }: Process) => {
    const owner = byPid.get(pid);
    return owner?.startTicks.get(pid) === startTicks ? owner.session : undefined;
  };
  const here = members.map(({ session }) => session).filter(({ container }) => !container);
  return {
    ofProcess,
    ofKernelSession: new Map(
      members.flatMap(({ session, sids }) =>
        [...sids]
          .filter((sid) => isLedBy(session, processes.get(sid), ofProcess))
          .map((sid) => [sid, session] as const),
      ),
    ),
    ofScope: scopesOf(here),
    ofConnection: new Map(
      here.flatMap((session) =>
        session.peer && session.local ? [[connectionName(session.uid, session.peer, session.local), session]] : [],
      ),
    ),
  };
}

/** Scopes in which there is one session; what runs in one with several belongs to none of them for certain. */
function scopesOf(sessions: readonly Session[]): Map<string, Session> {
  const scopes = new Map<string, Session>();
  const shared = new Set<string>();
  for (const session of sessions) {
    const { logindSession } = session;
    if (logindSession === undefined) continue;
    if (scopes.has(logindSession)) shared.add(logindSession);
    scopes.set(logindSession, session);
  }
  for (const scope of shared) scopes.delete(scope);
  return scopes;
}

/** The number of a kernel session is its leader's PID. While that one lives, it must be the session's. */
function isLedBy(
  session: Session,
  leader: Process | undefined,
  ofProcess: (process: Process) => Session | undefined,
): boolean {
  return leader === undefined || ofProcess(leader) === session;
}

function byTrace({ sid }: Process, trace: Trace | undefined, index: Index): Session | undefined {
  const { uid, logindSession = "", claim } = trace ?? {};
  return (
    index.ofScope.get(logindSession) ??
    index.ofKernelSession.get(sid) ??
    (claim && index.ofConnection.get(connectionName(uid, claim.peer, claim.local)))
  );
}

function connectionName(uid: number | undefined, peer: Endpoint, local: Endpoint): string {
  return `${String(uid)} ${formatEndpoint(peer)} ${formatEndpoint(local)}`;
}
