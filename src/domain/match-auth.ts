/**
 * Which record of a login belongs to which session. A session is ended or spared by what is decided here, so a record has
 * to fit in every respect, and two that contradict each other prove nothing.
 */
import { sameEndpoint } from "./address.ts";
import type { Auth, AuthMessage, LoginKey } from "./auth.ts";
import type { Pid } from "./process.ts";
import type { Session } from "./session.ts";

/** A successful login as a log has it. */
export interface AuthRecord {
  message: AuthMessage;
  /** The process that wrote it: the connection process, monitor or single. */
  pid: Pid;
  /** Milliseconds since the epoch. */
  timeMs: number;
  source: string;
  /** Only the daemon itself can have written it. */
  verified: boolean;
}

/** @returns undefined when nothing fits, or when what fits is contradictory. */
export function matchAuth(session: Session, records: readonly AuthRecord[]): Auth | undefined {
  const fitting = records.filter((record) => fits(session, record));
  const verified = fitting.filter((record) => record.verified);
  return combine(verified.length > 0 ? verified : fitting);
}

/** Clocks are read at different moments, and log lines wait in queues. */
const slackMs = 5000;

function fits(session: Session, { pid, timeMs, message }: AuthRecord): boolean {
  const { acceptedAtMs, startedAtMs, monitorPid, peer, user } = session;
  if (pid !== session.identity.pid || acceptedAtMs === undefined || startedAtMs === undefined) return false;
  // Where there is a session child, it was born at the moment of the login; a single process logs in at any time.
  const latestMs = monitorPid === undefined ? Number.POSITIVE_INFINITY : startedAtMs + slackMs;
  if (timeMs < acceptedAtMs - slackMs || timeMs > latestMs) return false;
  if (user !== undefined && user !== message.user) return false;
  if (peer === undefined || message.peer === undefined) return peer === message.peer;
  return sameEndpoint(peer, message.peer);
}

function combine(records: readonly AuthRecord[]): Auth | undefined {
  const accepted = records.filter(({ message }) => message.outcome === "accepted");
  const [first] = accepted;
  if (first === undefined || new Set(accepted.map(({ message }) => JSON.stringify(message))).size > 1) return undefined;
  const factors = [...records.filter(({ message }) => message.outcome === "partial"), first].map(
    ({ message }) => message,
  );
  const keys = factors.flatMap(({ key }) => key ?? []);
  if (new Set(keys.map(({ fingerprint }) => fingerprint)).size > 1) return undefined;
  const [key] = keys;
  return {
    method: [...new Set(factors.map(({ method }) => method))].join(","),
    key: key && withoutComment(key),
    source: first.source,
    verified: first.verified,
  };
}

function withoutComment(key: Omit<LoginKey, "comment">): LoginKey {
  return { ...key, comment: undefined };
}
