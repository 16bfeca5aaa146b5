/** Who cut whom, in the system log. */
import { formatEndpoint } from "../../../domain/address.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import type { FeedProgram } from "../../../host/programs/feed.ts";
import { visible } from "../../../text/visible.ts";
import { describeCaller, type Caller } from "../../../system/caller.ts";

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

/**
 * Writes one entry.
 *
 * @param fields - by the names that they have in the journal.
 * @returns whether it was taken.
 */
export async function writeEntry(
  text: string,
  fields: Readonly<Record<string, string | undefined>>,
  feed: FeedProgram,
): Promise<boolean> {
  const message = visible(text);
  const entry = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${visible(value)}`,
  );
  const input = [`MESSAGE=${message}`, ...standardFields, ...entry, ""].join("\n");
  if ((await feed("logger", ["--journald"], input, limitMs)) === 0) return true;
  return (await feed("logger", ["-t", "sshctl", "-p", "authpriv.notice", "--", message], "", limitMs)) === 0;
}

const limitMs = 5000;

/** Severity "notice", facility "authpriv": syslog(3). */
const standardFields = ["PRIORITY=5", "SYSLOG_FACILITY=10", "SYSLOG_IDENTIFIER=sshctl"];

function messageOf({ caller, session, signal, isEnded, outcome, reason }: Act): string {
  const { user, uid, peer, pid } = session;
  const whose = user ?? (uid === undefined ? "a stranger" : `uid ${String(uid)}`);
  const from = peer === undefined ? "" : ` from ${formatEndpoint(peer)}`;
  const because = reason === undefined ? "" : `; reason: ${reason}`;
  return `${describeCaller(caller)} ${isEnded ? "ended" : "tried to end"} the SSH session of ${whose}${from} (PID ${String(pid)}) by ${signal}: ${outcome}${because}`;
}

const number = (value: number | undefined) => (value === undefined ? undefined : String(value));

/** Who did it, for the journal. */
export function callerFields({ name, uid, login }: Caller): Record<string, string | undefined> {
  return {
    SSHCTL_CALLER: name,
    SSHCTL_CALLER_UID: number(uid),
    SSHCTL_CALLER_LOGIN: login?.name,
    SSHCTL_CALLER_LOGIN_UID: number(login?.uid),
  };
}

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
