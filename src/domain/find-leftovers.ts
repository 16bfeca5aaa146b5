/**
 * What logins over SSH have left behind: sessions of logind that are over, have no connection any more, and in whose scopes
 * something still runs (nohup, tmux, screen). Pure.
 */
import { inherited, lineage, type Pid, type Process, type ProcessTable } from "./process.ts";
import type { Session, SessionReport } from "./session.ts";

/** A session of logind that is over. */
export interface EndedLogin {
  id: string;
  user: string;
  uid: number;
  /** Milliseconds since the epoch; undefined where it is not understood. */
  beganMs: number | undefined;
}

/**
 * A row for each of these that has left something behind. Not what stands below a daemon that was started from within such a
 * session: new sessions may be among that.
 *
 * @param scopeOf - in the scope of which session a process runs.
 * @param observer - nobody's leftover is ended from within.
 */
export function findLeftovers(
  logins: readonly EndedLogin[],
  { sessions, processes, listeners }: Pick<SessionReport, "sessions" | "processes" | "listeners">,
  scopeOf: (process: Process) => string | undefined,
  observer: Pid | undefined,
): Session[] {
  const connected = new Set(sessions.map(({ logindSession }) => logindSession));
  const ended = new Map(logins.filter(({ id }) => !connected.has(id)).map((login) => [login.id, login]));
  if (ended.size === 0) return [];
  const daemons = new Set(listeners.map(({ pid }) => pid).filter((pid) => pid !== 1));
  const isBelowDaemon = inherited(processes, ({ pid }) => (daemons.has(pid) ? true : undefined));
  const left = new Map<EndedLogin, Process[]>();
  for (const process of processes.values()) {
    const login = isBelowDaemon(process.pid) === true ? undefined : ended.get(scopeOf(process) ?? "");
    if (login !== undefined) left.set(login, [...(left.get(login) ?? []), process]);
  }
  const own = observer === undefined ? [] : [...lineage(processes, observer)].map(({ pid }) => pid);
  return [...left].map(([login, all]) => leftover(login, all, processes, new Set(own)));
}

/** What only a connection has, and what nobody looks for. */
const unknown = {
  monitorPid: undefined,
  kind: undefined,
  rootInside: undefined,
  peer: undefined,
  local: undefined,
  acceptedAtMs: undefined,
  lastInputMs: undefined,
  lastOutputMs: undefined,
  commandLine: undefined,
  commandStartedAtMs: undefined,
  busy: undefined,
  auth: undefined,
};

function leftover(
  login: EndedLogin,
  left: readonly Process[],
  processes: ProcessTable,
  own: ReadonlySet<Pid>,
): Session {
  const ordered = left.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  const [oldest] = ordered;
  if (oldest === undefined) throw new Error("a leftover without a process");
  const self = ordered.some(({ pid }) => own.has(pid));
  return {
    ...unknown,
    identity: { pid: oldest.pid, startTicks: oldest.startTicks },
    pid: oldest.pid,
    leftPids: ordered.map(({ pid }) => pid),
    server: "openssh",
    phase: "leftover",
    user: login.user,
    uid: login.uid,
    ttys: [],
    channels: [],
    startedAtMs: login.beganMs,
    command: processes.get(oldest.pid)?.comm,
    logindSession: login.id,
    forwards: [],
    container: false,
    self,
    selfProof: self ? "what you run this in was started by it" : undefined,
  };
}
