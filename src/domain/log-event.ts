/** What logs tell of connections, line by line: each says one thing about one process, session or boot. */
import type { Endpoint } from "./address.ts";
import type { AuthMessage } from "./auth.ts";
import type { Pid } from "./process.ts";
import type { ServerKind } from "./ssh-server.ts";

/** When a line was written. */
export interface Moment {
  /** Process IDs and the time since boot mean something only within a boot: its ID, as journald has it. */
  boot: string;
  /** Milliseconds since the epoch, by the clock as it was set then. */
  timeMs: number;
  /** Microseconds since boot, which no setting of the clock changes. */
  sinceBootUs: number;
}

/** The moment alone, without what was written then. */
export function momentOf({ boot, timeMs, sinceBootUs }: Moment): Moment {
  return { boot, timeMs, sinceBootUs };
}

/**
 * How a connection came to its end, as somebody tells: the client said goodbye, it was gone, or the server was tired of waiting for it.
 */
export type Parting = "client" | "gone" | "timeout";

/** An entry of ours: somebody ended a session. */
export interface KillRecord {
  /** The connection process. */
  pid: Pid;
  /** The id of the act, which may have ended several. */
  act: string;
  /** "root (logged in as alice)": who ran sshctl. */
  caller: string;
  signal: string | undefined;
  reason: string | undefined;
}

/** Written by the connection process, which runs as root: nobody else can have written them. */
type ConnectionEvent =
  | { kind: "accepted"; pid: Pid; server: ServerKind; message: AuthMessage }
  /** PAM has opened, and closed, a login. */
  | { kind: "opened"; pid: Pid; user: string; uid: number | undefined }
  | { kind: "closed"; pid: Pid; user: string | undefined; parting: Parting | undefined }
  /** The session child has ended by a signal: "TERM". */
  | { kind: "reaped"; pid: Pid; signal: string }
  /**
   * By the session child, which runs as the user: everything of that user's may have written it.
   *
   * @property uid - who wrote it.
   */
  | { kind: "parted"; uid: number; peer: Endpoint; parting: Parting };

/** Written by logind and by systemd, about its own sessions. */
type LogindEvent =
  | { kind: "session-new"; leader: Pid; session: string }
  /** The user has logged out; processes may be left. */
  | { kind: "session-over"; leader: Pid; session: string }
  /** logind ends a session because it was idle. */
  | { kind: "session-idle"; session: string }
  /** systemd stops everything in a session. */
  | { kind: "session-stop"; session: string };

/** About the machine, and the log itself. */
type MachineEvent =
  | { kind: "journal-start" | "journal-stop" | "shutdown"; machine: string }
  /** journald has dropped lines of a unit that wrote too many. */
  | { kind: "suppressed"; unit: string; count: number };

export type LogEvent = Moment & (ConnectionEvent | LogindEvent | MachineEvent | ({ kind: "killed" } & KillRecord));
