/**
 * Which processes get a signal so that a session ends, and which sessions are spared.
 *
 * The session child is what ends a connection on every generation of OpenSSH: its monitor then closes the PAM session
 * and the login records. A monitor that gets SIGKILL leaves the connection alive, so it is never the one to be
 * signalled while it has a child (sshd's monitor.c, monitor_child_postauth and mm_request_receive).
 *
 * A monitor without a child waits for PAM, and is the one process that there is. Before the session SIGTERM ends it. After
 * it the handler only passes SIGTERM on to the child that is gone, so that SIGKILL is what ends it when the grace is over.
 *
 * What a session has left behind is nothing but processes: all of them get the signal.
 */
import type { Channel } from "../../../domain/describe-channels.ts";
import type { Process, ProcessTable } from "../../../domain/process.ts";
import { isLeftover, type Session, type SessionReport } from "../../../domain/session.ts";
import type { ProtectedEntry } from "../../../system/protected/read-protected.ts";

/** How one session is ended. */
export interface Termination {
  session: Session;
  /** What of it ends alone; undefined: all of it. */
  channel?: Channel;
  /** What is signalled: the session child; before a login the monitor's helpers; where there is one process, that one. */
  targets: readonly Process[];
  /** Cleans up behind the victims and ends by itself. */
  monitor: Process | undefined;
}

/** A session that was chosen and is not touched. */
export type Spared = Protection & {
  session: Session;
  /** Whether the caller could end it. */
  isPermitted: boolean;
};

type Protection =
  | { protection: "own" | "perhaps-own" | "container" }
  /** By root, in a file. */
  | { protection: "protected"; by: ProtectedEntry };

export interface TerminationPlan {
  terminations: readonly Termination[];
  spared: readonly Spared[];
}

export interface PlanRules {
  /** End the caller's own session too, and what cannot be told apart from it. */
  includeSelf: boolean;
  /** Whether the kernel lets the caller signal all of these. */
  maySignal: (targets: readonly Process[]) => boolean;
  /** What protects a session; undefined where nothing does. */
  protectedBy: (session: Session) => ProtectedEntry | undefined;
}

export function planTerminations(
  { processes }: SessionReport,
  sessions: readonly Session[],
  rules: PlanRules,
): TerminationPlan {
  const terminations: Termination[] = [];
  const spared: Spared[] = [];
  for (const session of sessions) {
    const termination = terminationOf(session, processes);
    const protection = protectionOf(session, rules);
    const isPermitted = rules.maySignal(termination.targets);
    // No option would end what may be one's own and is somebody else's to end.
    if (protection === undefined || (protection.protection === "perhaps-own" && !isPermitted))
      terminations.push(termination);
    else spared.push({ ...protection, session, isPermitted });
  }
  return { terminations: ownLast(terminations), spared };
}

/** Whoever ends their own session wants to see the others end first. */
function ownLast(terminations: readonly Termination[]): Termination[] {
  const isOwn = ({ session }: Termination) => session.self !== false;
  return [...terminations.filter((termination) => !isOwn(termination)), ...terminations.filter(isOwn)];
}

function protectionOf(session: Session, { includeSelf, protectedBy }: PlanRules): Protection | undefined {
  const { container, self } = session;
  if (container) return { protection: "container" };
  const by = protectedBy(session);
  if (by !== undefined) return { protection: "protected", by };
  // Who runs inside of what is left behind would end with it before it is proven.
  if (self === false || (includeSelf && !isLeftover(session))) return undefined;
  return { protection: self === true ? "own" : "perhaps-own" };
}

function terminationOf(session: Session, processes: ProcessTable): Termination {
  const { leftPids } = session;
  if (leftPids !== undefined) {
    const targets = leftPids.flatMap((pid) => processes.get(pid) ?? []);
    return { session, targets, monitor: undefined };
  }
  const head = processes.get(session.identity.pid);
  const helpers = helpersOf(session, processes);
  const single = head === undefined ? [] : [head];
  return helpers.length > 0
    ? { session, targets: helpers, monitor: head }
    : { session, targets: single, monitor: undefined };
}

/**
 * One terminal: the process that sshd has started on it gets the signal, as the kernel would send it when a terminal hangs up. Its
 * end hangs up the terminal for all that is on it (disassociate_ctty in Linux's tty_jobctrl.c), and sshd closes the channel
 * (session_close_by_pid in its session.c).
 */
export function terminateChannel(session: Session, channel: Channel, processes: ProcessTable): Termination {
  return { session, channel, targets: [processes.get(channel.pid) ?? []].flat(), monitor: undefined };
}

/** The session child; before a login those that talk to the stranger, which stay in the monitor's session and group. */
export function helpersOf({ pid, identity, phase, server }: Session, processes: ProcessTable): Process[] {
  if (pid !== identity.pid) return [processes.get(pid) ?? []].flat();
  const head = processes.get(identity.pid);
  if (head === undefined || phase !== "authenticating" || server !== "openssh") return [];
  return [...processes.values()].filter(
    ({ ppid, sid, pgid }) => ppid === head.pid && sid === head.sid && pgid === head.pgid,
  );
}
