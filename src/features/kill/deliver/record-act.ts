/** Who ended whose session, for the system log. */
import type { Session } from "../../../domain/session.ts";
import { evenProtectedFact, type ActRecord } from "../../../system/acts/act-record.ts";
import { sessionFacts } from "../../../system/acts/session-facts.ts";
import type { Tty } from "../../../domain/tty.ts";

export interface SessionAct extends Omit<ActRecord, "facts"> {
  session: Session;
  /** The one that alone was to end; undefined where all of the session was. */
  terminal: Tty | undefined;
  /** "TERM", or what else was done; undefined where nothing was sent. */
  signal: string | undefined;
  outcome: string;
  /** What protection was set aside. */
  evenProtected: readonly string[];
  /** Of the policy, by its name. */
  rule?: string | undefined;
  /** What was written to its terminals. */
  text?: string;
}

export function recordOfSession(done: SessionAct): ActRecord {
  const { session, terminal, signal, outcome, evenProtected, rule, text, ...act } = done;
  return {
    ...act,
    facts: {
      ...sessionFacts(session),
      tty: terminal,
      signal,
      rule,
      outcome,
      even_protected: evenProtectedFact(evenProtected),
      text,
    },
  };
}
