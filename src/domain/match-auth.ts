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

/** Whether a name that was typed at a login means the user of a session. */
export type IsUser = (session: Session, typed: string) => boolean;

/**
 * @param isUser - for names that are not the user's own.
 * @returns undefined when nothing fits, or when what fits is contradictory.
 */
export function matchAuth(
  session: Session,
  records: readonly AuthRecord[],
  isUser: IsUser = () => false,
): Auth | undefined {
  const fitting = records.filter((record) => {
    const typed = foreignName(session, record);
    return fits(session, record) && (typed === undefined || isUser(session, typed));
  });
  const verified = fitting.filter((record) => record.verified);
  return combineFactors(verified.length > 0 ? verified : fitting);
}

/** Clocks are read at different moments, and log lines wait in queues. */
const slackMs = 5000;

/** In everything but the user. */
function fits(session: Session, { pid, timeMs, message }: AuthRecord): boolean {
  const { acceptedAtMs, startedAtMs, monitorPid, peer } = session;
  if (pid !== session.identity.pid || acceptedAtMs === undefined || startedAtMs === undefined) return false;
  // Where there is a session child, it was born at the moment of the login; a single process logs in at any time.
  const latestMs = monitorPid === undefined ? Number.POSITIVE_INFINITY : startedAtMs + slackMs;
  if (timeMs < acceptedAtMs - slackMs || timeMs > latestMs) return false;
  if (peer === undefined || message.peer === undefined) return peer === message.peer;
  return sameEndpoint(peer, message.peer);
}

/** Names in records that fit a session in every other respect, and are not its user's. */
export function foreignNames(session: Session, records: readonly AuthRecord[]): string[] {
  return records.flatMap((record) => (fits(session, record) ? (foreignName(session, record) ?? []) : []));
}

function foreignName({ user }: Session, { message }: AuthRecord): string | undefined {
  return user === undefined || user === message.user ? undefined : message.user;
}

/** What records of one login tell together, each of a factor; undefined where they contradict each other. */
export function combineFactors(records: readonly AuthRecord[]): Auth | undefined {
  const accepted = records.filter(({ message }) => message.outcome === "accepted");
  const [first] = accepted;
  if (first === undefined || (accepted.length > 1 && areDifferent(accepted))) return undefined;
  // As nearly always: this is asked of every connection of a long history.
  if (records.length === 1) return authOf(first.message.method, first.message.key, first);
  const factors = [...records.filter(({ message }) => message.outcome === "partial"), first].map(
    ({ message }) => message,
  );
  const keys = factors.flatMap(({ key }) => key ?? []);
  if (new Set(keys.map(({ fingerprint }) => fingerprint)).size > 1) return undefined;
  return authOf([...new Set(factors.map(({ method }) => method))].join(","), keys[0], first);
}

function areDifferent(records: readonly AuthRecord[]): boolean {
  return new Set(records.map(({ message }) => JSON.stringify(message))).size > 1;
}

function authOf(method: string, key: AuthMessage["key"], { source, verified }: AuthRecord): Auth {
  return { method, key: key && withoutComment(key), source, verified };
}

function withoutComment(key: Omit<LoginKey, "comment">): LoginKey {
  const { type, fingerprint, certificate } = key;
  return { type, fingerprint, certificate, comment: undefined };
}
