import type { Pid } from "./process.ts";
import type { Session } from "./session.ts";
import type { Tty } from "./tty.ts";

/** What has opened a terminal that no session has: for the most part, a multiplexer whose window it is. */
export interface TerminalKeeper {
  tty: Tty;
  pid: Pid;
  comm: string;
  uid: number;
  user: string | undefined;
  /** Terminals from which it is used, as a multiplexer is by its clients; undefined where that cannot be seen. */
  attached: readonly AttachedTerminal[] | undefined;
}

export interface AttachedTerminal {
  tty: Tty;
  /** Undefined where it is none of SSH. */
  session: Session | undefined;
}
