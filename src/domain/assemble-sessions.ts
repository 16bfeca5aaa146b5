/**
 * The join: from the facts of one moment to the SSH sessions of the machine. Pure; every question of what a fact means
 * is answered here or in the files it calls, never by those who read facts or print sessions.
 */
import { connectionEnds } from "./connection-ends.ts";
import { describeChannels, foregroundOf, programOf, type Channel } from "./describe-channels.ts";
import { findConnections, type Connection } from "./find-connections.ts";
import { findForwards } from "./forwards.ts";
import { findListeners } from "./find-listeners.ts";
import { findInnerTerminals } from "./inner-terminals.ts";
import { childrenOf, type Children } from "./process.ts";
import type { InnerTerminal, Session, SessionKind, SessionReport } from "./session.ts";
import { startOf } from "./start-time.ts";
import { byLogin } from "./session-order.ts";
import type { ServerProcess, Snapshot } from "./snapshot.ts";
import type { TerminalActivity, Tty } from "./tty.ts";
import { warningsOf } from "./warnings.ts";

/** @param isCounted - whether nobody asks what the connections are used for. */
export function assembleSessions(snapshot: Snapshot, isCounted = false): SessionReport {
  const children = childrenOf(snapshot.processes);
  const roles = findConnections(snapshot, children);
  const listeners = findListeners(snapshot, roles);
  const ports = new Set(listeners.flatMap(({ addresses }) => addresses.map(({ port }) => port)));
  const innerTerminals = isCounted
    ? undefined
    : (snapshot.innerTerminals ?? findInnerTerminals(snapshot.processes, snapshot.servers, () => true));
  const known = { ...snapshot, innerTerminals };
  const scene = { snapshot: known, children, servicePorts: ports, isCounted };
  const sessions = roles.connections.map((connection) => assembleSession(scene, connection)).toSorted(byLogin);
  return {
    host: snapshot.host,
    takenAtMs: snapshot.takenAtMs,
    sessions,
    listeners,
    listensAside: snapshot.declaredSockets.aside,
    warnings: warningsOf(snapshot, roles, sessions),
    processes: snapshot.processes,
  };
}

/** What all connections have in common. */
interface Scene {
  snapshot: Snapshot;
  children: Children;
  servicePorts: ReadonlySet<number>;
  isCounted: boolean;
}

function assembleSession({ snapshot, children, servicePorts, isCounted }: Scene, connection: Connection): Session {
  const { process, child, phase } = connection;
  const serving = child ?? process;
  const ends = connectionEnds(snapshot, children, connection, servicePorts);
  const use = useIn(phase, snapshot, children, serving, isCounted);
  const own = ownership(snapshot, connection);
  // Named field by field: to spread what has so many of them takes V8 longer than all the rest.
  return {
    identity: { pid: process.pid, startTicks: process.startTicks },
    pid: serving.pid,
    monitorPid: child && process.pid,
    server: process.server,
    phase,
    peer: ends?.peer,
    local: ends?.local,
    socketInode: ends?.inode,
    acceptedAtMs: startOf(snapshot, process),
    startedAtMs: startOf(snapshot, serving),
    logindSession: serving.logindSession,
    auth: undefined,
    forwards: phase === "open" ? findForwards(snapshot, serving, ends?.peer) : [],
    container: process.container,
    self: own.self,
    selfProof: own.selfProof,
    user: use.user,
    uid: use.uid,
    kind: use.kind,
    ttys: use.ttys,
    channels: use.channels,
    rootInside: rootInside(snapshot, connection, use),
    innerTerminals: snapshot.innerTerminals && innerTerminals(snapshot, serving, use.ttys),
    lastInputMs: use.lastInputMs,
    lastOutputMs: use.lastOutputMs,
    command: use.command,
    commandLine: use.commandLine,
    commandStartedAtMs: use.commandStartedAtMs,
    busy: use.busy,
  };
}

/** The server does not always say which ones it has allocated. */
function innerTerminals(snapshot: Snapshot, serving: ServerProcess, own: readonly Tty[]): InnerTerminal[] {
  const found = snapshot.innerTerminals?.get(serving.pid) ?? [];
  return found
    .filter(({ tty }) => !own.includes(tty))
    .map(({ tty, pid }) => {
      const process = snapshot.processes.get(pid);
      const program = process && programOf(snapshot, foregroundOf(snapshot, process));
      return { tty, program, activity: activityOn(snapshot, serving, tty) };
    });
}

type Use = Pick<
  Session,
  | "user"
  | "uid"
  | "kind"
  | "ttys"
  | "channels"
  | "lastInputMs"
  | "lastOutputMs"
  | "command"
  | "commandLine"
  | "commandStartedAtMs"
  | "busy"
>;

/** While PAM opens or closes a session, it has a user, and nothing runs over it. */
function useIn(
  phase: Connection["phase"],
  snapshot: Snapshot,
  children: Children,
  serving: ServerProcess,
  isCounted: boolean,
): Use {
  switch (phase) {
    case "authenticating":
      return unused;
    case "opening":
    case "closing": {
      const account = accountOfMonitor(snapshot, serving);
      return { ...unused, user: account?.name, uid: account?.uid };
    }
    case "open":
      return isCounted ? unused : useOf(snapshot, children, serving);
  }
}

/**
 * Its title names the user as the client did, and a directory may take that for another name: only what is an account's own name
 * counts.
 */
function accountOfMonitor(snapshot: Snapshot, monitor: ServerProcess): Account | undefined {
  const { title, container } = monitor;
  if (title.role !== "bracketed") return accountOf(snapshot, monitor, []);
  if (container) return { uid: undefined, name: title.user };
  const uid = title.user === undefined ? undefined : snapshot.accounts.uid(title.user);
  return uid === undefined ? undefined : { uid, name: title.user };
}

/** Who uses a connection, and for what. */
function useOf(snapshot: Snapshot, children: Children, serving: ServerProcess): Use {
  const channels = describeChannels(snapshot, children, serving.pid);
  const account = accountOf(snapshot, serving, channels);
  const ttys = ttysOf(serving, channels, account);
  const front = channels.find(({ busy }) => busy === true) ?? channels[0];
  const { lastInputMs, lastOutputMs } = latest(ttys.flatMap((tty) => activityOn(snapshot, serving, tty) ?? []));
  return {
    user: account?.name,
    uid: account?.uid,
    kind: kindOf(channels),
    ttys,
    channels: channels.map((channel) => onProvenTerminal(snapshot, serving, channel, ttys)),
    lastInputMs,
    lastOutputMs,
    command: front?.program.name,
    commandLine: front?.program.line,
    commandStartedAtMs: front?.program.startedAtMs,
    busy: busyOf(channels),
  };
}

/** Over a connection that is not yet authenticated there is nobody. */
export const unused: Use = {
  user: undefined,
  uid: undefined,
  kind: undefined,
  ttys: [],
  channels: [],
  lastInputMs: undefined,
  lastOutputMs: undefined,
  command: undefined,
  commandLine: undefined,
  commandStartedAtMs: undefined,
  busy: undefined,
};

/** Root in a session of root's is no news, and that of a container is another. */
function rootInside(
  { rootProcesses, processes }: Snapshot,
  { process, phase }: Connection,
  { uid }: Use,
): Session["rootInside"] {
  if (phase !== "open" || uid === 0) return [];
  const below = process.container || uid === undefined ? undefined : rootProcesses?.get(process.pid);
  const found = below?.pids.map((pid) => ({ pid, comm: processes.get(pid)?.comm ?? "" })) ?? [];
  return found.length === 0 && below?.isComplete !== true ? undefined : found;
}

interface Account {
  name: string | undefined;
  uid: number | undefined;
}

/**
 * The uid is the kernel's word; the name is one of those that belong to it. The title tells two accounts of one uid apart
 * and names those that no file lists; it may have been cut short, so a listed name is better.
 */
function accountOf(snapshot: Snapshot, serving: ServerProcess, channels: readonly Channel[]): Account | undefined {
  const { title } = serving;
  const titled = title.role === "serving" ? title.user : undefined;
  const uid =
    serving.server === "dropbear"
      ? dropbearUid(snapshot, serving, channels)
      : (unseparatedUid(snapshot, serving, titled) ?? serving.uid);
  if (uid === undefined) return undefined;
  if (uid === snapshot.unmappedUid) return { uid: undefined, name: titled };
  if (serving.container) return { uid, name: titled };
  const { accounts } = snapshot;
  const isListed = titled !== undefined && accounts.uid(titled) === uid;
  return { uid, name: isListed ? titled : (accounts.names(uid)[0] ?? titled) };
}

/** Up to OpenSSH 7.4 with `UsePrivilegeSeparation no`, one process serves the user as root, and its title names them. */
function unseparatedUid(
  { accounts }: Snapshot,
  serving: ServerProcess,
  titled: string | undefined,
): number | undefined {
  if (serving.uid !== 0 || serving.container || titled === undefined) return undefined;
  return accounts.uid(titled);
}

/** Before 2025.89 the process stays root, and only what it has started shows who logged in. */
function dropbearUid(snapshot: Snapshot, { uid }: ServerProcess, channels: readonly Channel[]): number | undefined {
  if (uid !== 0) return uid;
  return channels.map(({ pid }) => snapshot.uids.get(pid)).find((child) => child !== undefined);
}

/**
 * The terminals of the channels, as far as the server has allocated them; where nothing runs any more, those that its title
 * names. A process can leave the terminal that it was given for another one, of a file system of its user's own (devpts in a user
 * namespace), and that bears whatever number its user likes.
 */
function ttysOf(serving: ServerProcess, channels: readonly Channel[], account: Account | undefined): readonly Tty[] {
  const { title } = serving;
  const ttys = [...new Set(channels.flatMap(({ tty }) => tty ?? []))].filter((tty) => mayBeAllocated(serving, tty));
  return ttys.length === 0 && title.role === "serving" && title.user === account?.name ? title.ttys : ttys;
}

/** Where only a title is known, that may have been cut short in the middle of a name. */
function mayBeAllocated({ terminals, title }: ServerProcess, tty: Tty): boolean {
  if (terminals !== undefined) return terminals.includes(tty);
  if (title.role !== "serving" || title.ttys.length === 0) return true;
  return title.ttys.includes(tty) || tty.startsWith(title.ttys.at(-1) ?? "");
}

function kindOf(channels: readonly Channel[]): SessionKind {
  const [kind, ...others] = new Set(channels.map((channel) => channel.kind));
  return others.length > 0 ? "mixed" : (kind ?? "tunnel");
}

function busyOf(channels: readonly Channel[]): boolean | undefined {
  if (channels.some(({ busy }) => busy === true)) return true;
  return channels.some(({ busy }) => busy === undefined) ? undefined : false;
}

/** @param ttys - those that the server has allocated. */
function onProvenTerminal(snapshot: Snapshot, serving: ServerProcess, channel: Channel, ttys: readonly Tty[]): Channel {
  const { tty } = channel;
  if (tty === undefined) return channel;
  if (!ttys.includes(tty)) return { ...channel, tty: undefined };
  return { ...channel, activity: activityOn(snapshot, serving, tty) };
}

/** Terminals of a container are others than those of the same name here. */
function activityOn({ terminals }: Snapshot, { container }: ServerProcess, tty: Tty): TerminalActivity | undefined {
  return container ? undefined : terminals.get(tty);
}

function latest(seen: readonly TerminalActivity[]): Pick<Session, "lastInputMs" | "lastOutputMs"> {
  if (seen.length === 0) return { lastInputMs: undefined, lastOutputMs: undefined };
  return {
    lastInputMs: Math.max(...seen.map(({ lastInputMs }) => lastInputMs)),
    lastOutputMs: Math.max(...seen.map(({ lastOutputMs }) => lastOutputMs)),
  };
}

function ownership({ own }: Snapshot, { process, child }: Connection): Pick<Session, "self" | "selfProof"> {
  const proof = own.pids.get(process.pid) ?? (child && own.pids.get(child.pid));
  if (proof !== undefined) return { self: true, selfProof: proof };
  return { self: own.doubt === undefined ? false : undefined, selfProof: own.doubt };
}
