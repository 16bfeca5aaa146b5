import type { ProcessTable } from "../../../domain/process.ts";
import type { Session } from "../../../domain/session.ts";
import { outerTty } from "../../../domain/target.ts";
import type { Tty } from "../../../domain/tty.ts";

/** "pts/28 inside pts/3": a terminal that something in a session has opened. */
export function describeInner(tty: Tty, session: Session, processes: ProcessTable): string {
  return `${tty} inside ${outerTty(tty, session, processes) ?? "the session"}`;
}
