/** Who ended whose session, for the system log. */
import { formatEndpoint } from "../../../domain/address.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import { evenProtectedFact, type ActRecord } from "../../../system/acts/act-record.ts";
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
  const { user, uid, peer, auth, pid, logindSession } = session;
  return {
    ...act,
    facts: {
      session: sessionId(session.identity),
      pid: String(pid),
      logind_session: logindSession,
      user,
      uid: uid === undefined ? undefined : String(uid),
      peer: peer && formatEndpoint(peer),
      key: auth?.verified === true ? auth.key?.fingerprint : undefined,
      tty: terminal,
      signal,
      rule,
      outcome,
      even_protected: evenProtectedFact(evenProtected),
      text,
    },
  };
}
