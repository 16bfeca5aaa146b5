/** Who cut whom, in the system log. */
import { formatEndpoint } from "../../../domain/address.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import type { FeedProgram } from "../../../host/programs/feed.ts";
import { describeCaller, type Caller } from "../../../system/caller.ts";
import { callerFields, writeEntry } from "../../../system/system-log.ts";

export interface Act {
  caller: Caller;
  session: Session;
  /** "TERM", or what else was done. */
  signal: string;
  isEnded: boolean;
  outcome: string;
  reason: string | undefined;
}

/**
 * Writes entries with fields of their own to the journal, plain ones to syslog where there is none; logger(1) takes both.
 *
 * @returns whether all were taken.
 */
export async function recordActs(acts: readonly Act[], feed: FeedProgram): Promise<boolean> {
  const answers: boolean[] = [];
  for (let start = 0; start < acts.length; start += atOnce) {
    const some = acts.slice(start, start + atOnce);
    answers.push(...(await Promise.all(some.map(async (act) => recordAct(act, feed)))));
  }
  return !answers.includes(false);
}

const atOnce = 8;

async function recordAct(act: Act, feed: FeedProgram): Promise<boolean> {
  return writeEntry(messageOf(act), fieldsOf(act), feed);
}

function messageOf({ caller, session, signal, isEnded, outcome, reason }: Act): string {
  const { user, uid, peer, pid } = session;
  const whose = user ?? (uid === undefined ? "a stranger" : `uid ${String(uid)}`);
  const from = peer === undefined ? "" : ` from ${formatEndpoint(peer)}`;
  const because = reason === undefined ? "" : `; reason: ${reason}`;
  return `${describeCaller(caller)} ${isEnded ? "ended" : "tried to end"} the SSH session of ${whose}${from} (PID ${String(pid)}) by ${signal}: ${outcome}${because}`;
}

const number = (value: number | undefined) => (value === undefined ? undefined : String(value));

function fieldsOf({ caller, session, signal, outcome, reason }: Act): Record<string, string | undefined> {
  const { user, uid, peer, auth, pid, logindSession } = session;
  return {
    ...callerFields(caller),
    SSHCTL_SESSION: sessionId(session.identity),
    SSHCTL_PID: number(pid),
    SSHCTL_LOGIND_SESSION: logindSession,
    SSHCTL_USER: user,
    SSHCTL_UID: number(uid),
    SSHCTL_PEER: peer && formatEndpoint(peer),
    SSHCTL_KEY: auth?.verified === true ? auth.key?.fingerprint : undefined,
    SSHCTL_SIGNAL: signal,
    SSHCTL_OUTCOME: outcome,
    SSHCTL_REASON: reason,
  };
}
