/** A connection over which somebody was logged in, as far as it can be known. */
import type { Endpoint } from "../../../domain/address.ts";
import type { Auth } from "../../../domain/auth.ts";
import type { KillRecord } from "../../../domain/log-event.ts";
import type { Pid, ProcessIdentity } from "../../../domain/process.ts";
import type { ServerKind } from "../../../domain/ssh-server.ts";
import type { Tty } from "../../../domain/tty.ts";

/**
 * How it ended. open: it has not. client: the client said goodbye. gone: the client was not there any more. killed: by a signal, by us, or
 * by systemd. timeout: the server waited no longer. shutdown: with the machine. lost: in a crash of the machine. unknown: nothing tells,
 * or it is not even certain that it has ended.
 */
export const endings = ["open", "client", "gone", "killed", "timeout", "shutdown", "lost", "unknown"] as const;
export type Ending = (typeof endings)[number];

export interface Connection {
  /** The connection process, and the boot in which it ran; undefined where the source knows neither. */
  pid: Pid | undefined;
  boot: string | undefined;
  /** Of an open one, the same as in a list. */
  identity: ProcessIdentity | undefined;
  server: ServerKind | undefined;
  user: string | undefined;
  uid: number | undefined;
  peer: Endpoint | undefined;
  local: Endpoint | undefined;
  auth: Auth | undefined;
  /** Undefined where it is not known whether there were terminals, and which. */
  ttys: readonly Tty[] | undefined;
  logindSession: string | undefined;
  /** Milliseconds since the epoch; undefined: before all that is known. */
  loginMs: number | undefined;
  /** Undefined where it is open, and where its end is not known. */
  endMs: number | undefined;
  /** Where the end is not known: it was not later than this; undefined where not even that is known. */
  endedByMs: number | undefined;
  /** How long it lasted, whatever was done to the clock meanwhile. */
  durationMs: number | undefined;
  ending: Ending;
  /** Whether how it ended is proven; everybody could have written it otherwise. */
  isEndingVerified: boolean;
  /** The signal that ended it: "TERM". */
  signal: string | undefined;
  /** Whoever ended it by sshctl, or "systemd". */
  killedBy: Killer | undefined;
  sources: readonly Source[];
}

/**
 * Where something is known from: lines of sshd, logind, systemd and sshctl itself in the journal, the processes that run now, or the path
 * of a file.
 */
export type Source = string;

export interface Killer extends Omit<KillRecord, "pid" | "act"> {
  /** Of sshctl: the id of the act. */
  act: string | undefined;
}

/** When it was surely over; undefined where it may still be open. */
export function latestEnd({ endMs, endedByMs }: Connection): number | undefined {
  return endMs ?? endedByMs;
}

/** Whether somebody was on in a span of time, both ends included; "perhaps" where an end is not known. */
export type Presence = "yes" | "perhaps" | "no";

export function presenceIn(connection: Connection, fromMs: number, toMs: number): Presence {
  const { loginMs = Number.NEGATIVE_INFINITY, endMs, ending } = connection;
  if (loginMs > toMs) return "no";
  if (ending === "open" || loginMs >= fromMs) return "yes";
  if (endMs !== undefined) return endMs >= fromMs ? "yes" : "no";
  const latestMs = latestEnd(connection);
  return latestMs === undefined || latestMs >= fromMs ? "perhaps" : "no";
}
