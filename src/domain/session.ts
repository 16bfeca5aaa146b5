/**
 * This room is what an SSH session is: sessions, selections, targets, events, addresses, durations. Everything in it is pure.
 * What enters: types and functions without side effects, which import nothing but each other and node:net.
 */
import type { Endpoint } from "./address.ts";
import type { Auth } from "./auth.ts";
import type { Channel, Program } from "./describe-channels.ts";
import type { Forward } from "./forwards.ts";
import type { Payload } from "./payload.ts";
import type { Frozen } from "./frozen.ts";
import type { Pid, Process, ProcessIdentity, ProcessTable } from "./process.ts";
import type { ServerKind } from "./ssh-server.ts";
import type { TerminalActivity, Tty } from "./tty.ts";

export const connectionPhases = ["authenticating", "opening", "open", "closing"] as const;
export const phases = [...connectionPhases, "leftover"] as const;
/**
 * How far a connection has come: nobody has logged in yet; a user has, and PAM still makes the session ready; somebody is logged in;
 * the user is gone, and PAM still closes the session. And what is no connection any more: what it has started lives on (leftover).
 */
export type Phase = (typeof phases)[number];

export const sessionKinds = ["shell", "command", "sftp", "scp", "tunnel", "mixed"] as const;
/** What a connection is used for; "tunnel" has no session channel, "mixed" has several of different kinds. */
export type SessionKind = (typeof sessionKinds)[number];

/** One SSH connection to this machine, or what is left of one. What is not known is undefined. */
export interface Session {
  /**
   * The connection process: the monitor, or the one process that does it all. The same for the whole connection. Of a leftover the
   * oldest process.
   */
  identity: ProcessIdentity;
  /** The process that serves the user: the session child, else the connection process. Of a leftover the oldest. */
  pid: Pid;
  /** What lives in the scope of a leftover, the oldest first; undefined for a connection. */
  leftPids?: readonly Pid[];
  monitorPid: Pid | undefined;
  server: ServerKind;
  phase: Phase;
  user: string | undefined;
  uid: number | undefined;
  kind: SessionKind | undefined;
  ttys: readonly Tty[];
  /** What the connection runs, in the order in which it was opened. Undefined terminals are none, or not certain. */
  channels: readonly Channel[];
  /** Processes of root in it, where its user is not root; undefined where that cannot be told. */
  rootInside: readonly RootProcess[] | undefined;
  /** Other terminals that something in it has opened; undefined where that cannot be told. */
  innerTerminals?: readonly InnerTerminal[] | undefined;
  peer: Endpoint | undefined;
  local: Endpoint | undefined;
  /** Of the socket that carries it; undefined where it cannot be seen, or is no TCP. */
  socketInode?: number | undefined;
  /** Milliseconds since the epoch: when the connection was accepted. */
  acceptedAtMs: number | undefined;
  /** Milliseconds since the epoch: when authentication was completed, or else when the connection was accepted. */
  startedAtMs: number | undefined;
  /** Milliseconds since the epoch: when somebody last typed. */
  lastInputMs: number | undefined;
  /** Milliseconds since the epoch: when something was last printed. */
  lastOutputMs: number | undefined;
  /** The program in the foreground, without its arguments. */
  command: string | undefined;
  /** The same with its arguments, which may hold secrets. */
  commandLine: string | undefined;
  /** Milliseconds since the epoch: when that program was started. */
  commandStartedAtMs: number | undefined;
  /** Whether a command runs: a shell at its prompt is not busy. */
  busy: boolean | undefined;
  logindSession: string | undefined;
  /** How the user logged in; undefined when it was not looked up, or no log tells. */
  auth: Auth | undefined;
  /** What the connection carries beside its channels; undefined when it cannot be seen. */
  forwards: readonly Forward[] | undefined;
  /** What it carries for its user, without keepalives; undefined when nobody has looked twice, or it cannot be read. */
  payload?: Payload | undefined;
  /** When the service of the rules ends it; left out where it does not, or only root may know. */
  comingEnd?: ComingEnd;
  container: boolean;
  /** Undefined where it is not frozen, or nobody could look. */
  frozen?: Frozen;
  /** Whether it is the observer's own; undefined when that cannot be decided. */
  self: boolean | undefined;
  /** Why it is the observer's own, or why that cannot be decided; undefined when it is another's. */
  selfProof: string | undefined;
}

/** An end of which its user has been warned. */
export interface ComingEnd {
  /** By its name. */
  rule: string;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** A terminal that sudo(8), script(1) or a client of a terminal multiplexer has opened. */
export interface InnerTerminal {
  tty: Tty;
  /** In the foreground there. */
  program: Program | undefined;
  activity: TerminalActivity | undefined;
}

/** A process that descends from the one that serves the user, and has root's real uid: what sudo(8) or su(1) has started. */
export interface RootProcess {
  pid: Pid;
  comm: string;
}

/** Whether somebody is logged in over it, to this machine itself and not to one of its containers. */
export function isOpenHere({ phase, container }: Pick<Session, "phase" | "container">): boolean {
  return phase === "open" && !container;
}

/**
 * Whether it is a connection whose user is known, of this machine itself. What is opening becomes a session at any moment; what is
 * closing has been one.
 */
export function isOfUserHere({ phase, container }: Pick<Session, "phase" | "container">): boolean {
  return phase !== "authenticating" && phase !== "leftover" && !container;
}

/** Whether its connection is gone, and only what it has started lives on. */
export function isLeftover({ phase }: Pick<Session, "phase">): boolean {
  return phase === "leftover";
}

/** Whether the server has allocated the terminal for it, or something in it has opened it. */
export function isOnTty({ ttys, innerTerminals = [] }: Pick<Session, "ttys" | "innerTerminals">, tty: Tty): boolean {
  return ttys.includes(tty) || innerTerminals.some((inner) => inner.tty === tty);
}

/** Whether it certainly has no terminal, and so no idle time: a tunnel, a transfer, a command. */
export function hasNoTerminal({ phase, kind, ttys }: Pick<Session, "phase" | "kind" | "ttys">): boolean {
  return ttys.length === 0 && (phase !== "open" || kind !== undefined);
}

/** "897:123456": the form of an identity in output. */
export function sessionId({ pid, startTicks }: ProcessIdentity): string {
  return `${String(pid)}:${String(startTicks)}`;
}

/** A daemon that accepts connections, with the addresses it listens on as far as they can be seen. */
export interface Listener {
  pid: Pid;
  server: ServerKind;
  addresses: readonly Endpoint[];
}

/** An account that `lock` keeps out: what is open of it was there before, or has found another way. */
export interface LockedAccount {
  user: string;
  uid: number;
  /** Of the lock. */
  id: string;
  /** Who locked it, for people. */
  by: string;
  reason: string | undefined;
  /** Milliseconds since the epoch. */
  sinceMs: number;
}

/** Something that a reader of the list must know to understand it. */
export interface Warning {
  /** Stable, for programs. */
  code: string;
  message: string;
}

/** Everything about a machine's SSH sessions at one moment. */
export interface SessionReport {
  host: string;
  takenAtMs: number;
  /** Of every phase, containers' included, in no particular order. */
  sessions: readonly Session[];
  listeners: readonly Listener[];
  /** Where systemd accepts SSH connections beside the network; undefined where nobody asked. */
  listensAside?: readonly string[];
  warnings: readonly Warning[];
  /** Accounts that sshctl keeps out; undefined where nobody could look. */
  locked?: readonly LockedAccount[];
  /** Of the whole machine, to find the session of any process. */
  processes: ProcessTable;
}

/** What a watch takes in of a report: of the processes only which live, and since when. */
export interface LiveReport extends Omit<SessionReport, "processes"> {
  processes: { get: (pid: Pid) => Pick<Process, "startTicks"> | undefined };
}
