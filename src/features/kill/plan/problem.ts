/** What goes wrong beside the sessions that are to end, and what is to be known of the listeners; text/problems.ts says it. */
import type { Channel } from "../../../domain/describe-channels.ts";
import type { Pid } from "../../../domain/process.ts";
import type { LogName } from "../../../system/acts/record-acts.ts";
import type { Session } from "../../../domain/session.ts";
import type { Daemon } from "../../../system/sshd/daemons.ts";
import type { CommandLine } from "../../../system/sshd/steer.ts";

export type KillProblem =
  /** An error after the first signal: even a defect must not hide what was done already. */
  | { kind: "failed"; message: string }
  /** Newcomers were meant too, and nobody has looked for the last of them. */
  | { kind: "interrupted" }
  | { kind: "still-coming"; rounds: number }
  | { kind: "not-recorded"; log: LogName }
  /** One terminal was to end, and more has: the whole connection, or these others. */
  | { kind: "more-ended"; session: Session; lost: readonly Channel[] | "connection" }
  | { kind: "listener-survived"; pid: Pid }
  | { kind: "restart-cancelled"; daemon: Daemon }
  /** `complaint`: what the service manager says. */
  | { kind: "restart-failed"; daemon: Daemon; complaint: string }
  /** `ends`: where no SSH server answers, such as "127.0.0.1 port 22". */
  | { kind: "silent-after-restart"; daemon: Daemon; ends: readonly string[] };

export type ListenerNote =
  | { kind: "no-listener" }
  /** `others`: servers that logins still reach. */
  | { kind: "ends" | "ended"; pid: Pid; daemon: Daemon; others: readonly Daemon[] }
  | { kind: "will-restart"; command: CommandLine }
  | { kind: "restarted"; daemon: Daemon };
