/**
 * Which processes are SSH connections. The answer rests on what a user cannot choose: the executable, the real uid, who
 * started whom, and who holds which socket. A title is read only of processes recognised so far, and only for what
 * nothing else tells.
 *
 * OpenSSH: a listener (sshd) starts one connection process per connection, which calls setsid(). Before authentication
 * that one has an unprivileged helper as its child. Afterwards it stays as the monitor, and its session child serves the
 * user; both keep the monitor's session ID and process group (sshd.c, sshd-session.c: privsep_preauth,
 * privsep_postauth). Up to 9.7 a root login is one single process.
 * Dropbear: one process per connection, always (svr-main.c).
 */
import type { Children, Pid } from "./process.ts";
import type { connectionPhases } from "./session.ts";
import type { Handle, ServerProcess, Snapshot } from "./snapshot.ts";
import { connectionSockets, listeningSockets } from "./server-sockets.ts";
import type { Title } from "./title.ts";

/** One SSH connection, by its processes. */
export interface Connection {
  /** The monitor, or the single process. */
  process: ServerProcess;
  /** The session child, where there is a monitor. */
  child: ServerProcess | undefined;
  phase: ConnectionPhase;
}

type ConnectionPhase = (typeof connectionPhases)[number];

export interface ServerRoles {
  connections: readonly Connection[];
  listeners: readonly ServerProcess[];
  /** SSH servers that an ordinary user runs: whatever they show, that user made it up or could have. */
  untrusted: readonly ServerProcess[];
}

export function findConnections(snapshot: Snapshot, children: Children): ServerRoles {
  const listeners = new Map<Pid, ServerProcess>();
  const heads: ServerProcess[] = [];
  for (const server of snapshot.servers.values()) {
    if (isListener(snapshot, server)) listeners.set(server.pid, server);
    else heads.push(server);
  }
  const found = heads
    .filter(({ ppid }) => listeners.has(ppid) || !snapshot.servers.has(ppid))
    .flatMap((process) => connectionOf(snapshot, children, process) ?? []);
  const isTrustedConnection = ({ process }: Connection) =>
    isTrusted(process) || isTrustedListener(listeners.get(process.ppid)) || holdsRootsConnection(snapshot, process);
  return {
    connections: found.filter(isTrustedConnection),
    listeners: [...listeners.values()].filter(isTrusted),
    untrusted: [
      ...[...listeners.values()].filter((listener) => !isTrusted(listener)),
      ...found.filter((connection) => !isTrustedConnection(connection)).map(({ process }) => process),
    ],
  };
}

/**
 * A listener was not started by another SSH server's process. It holds listening sockets, and no connection but those it
 * has just accepted on them; a single process that serves root holds its own connection, and perhaps forwarded ports.
 */
function isListener(snapshot: Snapshot, server: ServerProcess): boolean {
  if (snapshot.servers.has(server.ppid)) return false;
  if (server.server === "openssh") {
    const { role } = server.title;
    if (role !== "arguments") return role === "listener";
  }
  if (server.sockets === undefined) return true;
  const ports = new Set(listeningSockets(snapshot.sockets, server).map(({ local }) => local.port));
  return ports.size > 0 && connectionSockets(snapshot.sockets, server).every(({ local }) => ports.has(local.port));
}

/** A container's root is whoever the container says: its rows are marked instead. */
function isTrusted({ uid, container }: ServerProcess): boolean {
  return uid === 0 || container;
}

function isTrustedListener(listener: ServerProcess | undefined): boolean {
  return listener !== undefined && isTrusted(listener);
}

/**
 * A session child outlives a monitor that was killed, and a dropbear of 2025.89 or later runs as its user. What proves
 * them is the connection: it was accepted on root's listening socket, which no user's process can be handed otherwise.
 */
function holdsRootsConnection(snapshot: Snapshot, server: ServerProcess): boolean {
  return connectionSockets(snapshot.sockets, server).some(({ uid }) => uid === 0);
}

function connectionOf(snapshot: Snapshot, children: Children, process: ServerProcess): Connection | undefined {
  return process.server === "openssh"
    ? opensshConnection(snapshot, children, process)
    : dropbearConnection(snapshot, children, process);
}

function opensshConnection(snapshot: Snapshot, children: Children, process: ServerProcess): Connection | undefined {
  const helpers = serverChildren(snapshot, children, process).filter(
    ({ sid, pgid }) => sid === process.sid && pgid === process.pgid,
  );
  const child = helpers.find((helper) => !isPreAuthentication(snapshot, helper));
  if (child !== undefined) return { process, child, phase: "open" };
  if (helpers.length > 0)
    return helpers.every((helper) => isJustBorn(snapshot, helper))
      ? { process, child: helpers[0], phase: "opening" }
      : { process, child, phase: "authenticating" };
  const phase = phaseOfSingle(snapshot, process);
  return phase && { process, child, phase };
}

/** Commands and the worker of internal-sftp lead sessions of their own; a monitor's helpers stay in its session. */
function serverChildren(snapshot: Snapshot, children: Children, { pid }: ServerProcess): ServerProcess[] {
  return (children.get(pid) ?? []).flatMap((child) => snapshot.servers.get(child.pid) ?? []);
}

/** The unprivileged process that talks to a stranger, or the helper that asks PAM. */
function isPreAuthentication({ accounts }: Snapshot, { comm, uid, title }: ServerProcess): boolean {
  return comm.startsWith("sshd-auth") || uid === accounts.uid("sshd") || title.role === "bracketed";
}

/**
 * A session child has its monitor's title until it serves the user, for as long as it takes to ask a directory for the user's groups
 * (do_setusercontext() in session.c).
 */
function isJustBorn({ accounts }: Snapshot, { comm, uid, title }: ServerProcess): boolean {
  if (comm.startsWith("sshd-auth") || uid === accounts.uid("sshd")) return false;
  return title.role === "bracketed" && ofMonitors.has(title.marker) && isSomebody(title.user);
}

/** Whether a monitor's title names an account. */
function isSomebody(user: string | undefined): boolean {
  return user !== undefined && user !== noAccount;
}

/** A process without helpers: its title tells whether it has just been accepted, serves somebody alone, or is a monitor. */
function phaseOfSingle(snapshot: Snapshot, process: ServerProcess): ConnectionPhase | undefined {
  const { title } = process;
  if (process.comm.startsWith("sshd-auth") || (process.uid !== 0 && process.uid === snapshot.accounts.uid("sshd")))
    return undefined;
  const isConnected = connectionSockets(snapshot.sockets, process).length > 0;
  switch (title.role) {
    case "serving":
      return process.uid === 0 && isLeft(snapshot, process) ? "closing" : "open";
    case "bracketed":
      return phaseOfMonitor(snapshot, process, title);
    case "arguments":
      return isConnected ? "authenticating" : undefined;
    case "listener":
    case "internal-sftp":
      return undefined;
  }
}

/**
 * A monitor without a helper has just been accepted, or waits for PAM: before the session, which it opens before it starts the
 * session child, or after it (do_pam_session() in sshd.c and sshd-session.c, mm_answer_term() in monitor.c). From the birth
 * of that child on it handles SIGTERM (monitor_child_postauth()), which tells the two apart in every version.
 */
function phaseOfMonitor(
  snapshot: Snapshot,
  process: ServerProcess,
  { marker, user }: Extract<Title, { role: "bracketed" }>,
): ConnectionPhase | undefined {
  if (justAccepted.has(marker)) return "authenticating";
  if (!ofMonitors.has(marker)) return undefined;
  if (!isSomebody(user)) return "authenticating";
  return (process.catchesTerm ?? isLeft(snapshot, process)) ? "closing" : "opening";
}

/** Whether its client has ended the connection, and it still holds it. */
function isLeft({ sockets }: Snapshot, process: ServerProcess): boolean {
  const connections = connectionSockets(sockets, process);
  return connections.length > 0 && connections.every(({ established }) => established === false);
}

const justAccepted: ReadonlySet<string> = new Set(["accepted", "rexeced"]);

/** "postauth" since 10.5. */
const ofMonitors: ReadonlySet<string> = new Set(["priv", "postauth"]);

/** What stands for a name that may not log in (auth2.c). */
const noAccount = "unknown";

/**
 * Dropbear has no title. Until a user has logged in, its process shares a pipe with the listener, which counts strangers
 * by it (childpipe in svr-main.c, closed in svr-auth.c).
 */
function dropbearConnection(snapshot: Snapshot, children: Children, process: ServerProcess): Connection | undefined {
  const listener = snapshot.servers.get(process.ppid);
  if (listener === undefined && connectionSockets(snapshot.sockets, process).length === 0) return undefined;
  const isOpen = process.uid !== 0 || children.has(process.pid) || !sharesPipe(process, listener);
  return { process, child: undefined, phase: isOpen ? "open" : "authenticating" };
}

/**
 * The pipe's two ends have different numbers; a pipe that both inherited from whoever started the daemon has the same one.
 * When it cannot be seen whether they share one, the answer keeps a stranger out of the list.
 */
function sharesPipe(process: ServerProcess, listener: ServerProcess | undefined): boolean {
  const theirs = listener?.pipes;
  if (process.pipes === undefined || theirs === undefined) return true;
  const numbers = (handles: readonly Handle[], inode: number) =>
    handles.filter((handle) => handle.inode === inode).map(({ fd }) => fd);
  return process.pipes.some(({ inode }) => {
    const others = numbers(theirs, inode);
    return others.length > 0 && !numbers(process.pipes ?? [], inode).some((fd) => others.includes(fd));
  });
}
