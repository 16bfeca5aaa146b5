/** From what was read to numbers with names. Pure. What is unknown of one session makes the whole number unknown: it is left out, never 0. */
import { forwardKinds } from "../../domain/forwards.ts";
import { countBy } from "../../domain/count-sessions.ts";
import { secondsSince } from "../../domain/duration.ts";
import { isOpenHere, sessionKinds, type Session, type SessionReport } from "../../domain/session.ts";
import { serverKinds } from "../../domain/ssh-server.ts";
import { severities, type CountedKeys } from "../keys/count-findings.ts";
import type { OpenLocks } from "../lock/open-locks.ts";
import { countNames, type CountName, type PolicyState } from "../../system/policy/policy-state.ts";
import { visible } from "../../text/visible.ts";

/** One metric with its samples: at least one. */
export interface Family {
  /** Snake case, in the base units of Prometheus: "sshctl_collection_duration_seconds". */
  name: string;
  /** A sentence in one line, without a backslash. */
  help: string;
  /** A gauge unless told otherwise; the name of a counter ends in "_total". */
  type?: "gauge" | "counter";
  samples: readonly Sample[];
}

export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** Of the sessions of this machine itself. */
export function sessionFamilies(report: SessionReport, byUser: boolean): Family[] {
  const here = report.sessions.filter(({ container }) => !container);
  const open = here.filter(isOpenHere);
  return [
    ...sessions(open),
    ...(byUser ? userSessions(open) : []),
    ...number(
      "unauthenticated_connections",
      "SSH connections over which nobody has logged in yet.",
      here.filter(({ phase }) => phase === "authenticating").length,
    ),
    ...number(
      "session_terminals",
      "Terminals that SSH servers have allocated for open sessions.",
      open.reduce((sum, { ttys }) => sum + ttys.length, 0),
    ),
    ...forwards(open),
    ...idle(open, report.takenAtMs),
    ...oldest(open),
  ];
}

/** All kinds of all servers, also those that nobody uses: an alert on what is not there has something to look at. */
function sessions(open: readonly Session[]): Family[] {
  const isOf = (kind: Session["kind"], server: Session["server"]) =>
    open.filter((session) => session.kind === kind && session.server === server).length;
  const samples = serverKinds.flatMap((server) =>
    sessionKinds.map((kind): Sample => ({ labels: { kind, server }, value: isOf(kind, server) })),
  );
  return family("sessions", "Open SSH sessions, one for each connection.", samples);
}

/** A series for each user, of whom there may be thousands. */
export const mostUsers = 100;
const others = "other";

/** Those with the most sessions have names; names that print alike are one. */
function userSessions(open: readonly Session[]): Family[] {
  const named = open.map((session) => ({ ...session, user: visible(session.user ?? String(session.uid)) }));
  const counts = countBy(named, "user").map(({ value = others, count }) => ({ value, count }));
  const byName = new Map<string, number>();
  for (const [index, { value, count }] of counts.entries()) {
    const label = index < mostUsers ? value : others;
    byName.set(label, (byName.get(label) ?? 0) + count);
  }
  return family(
    "user_sessions",
    `Open SSH sessions by user, of the ${String(mostUsers)} users with the most; the rest together as ${others}.`,
    [...byName].map(([user, value]) => ({ labels: { user }, value })),
  );
}

function forwards(open: readonly Session[]): Family[] {
  if (open.some((session) => session.forwards === undefined)) return [];
  const all = open.flatMap((session) => session.forwards ?? []);
  return family(
    "session_forwards",
    "What open SSH sessions carry beside their channels: listening ports, connections through them, displays, agents.",
    forwardKinds.map((kind) => ({ labels: { kind }, value: all.filter((forward) => forward.kind === kind).length })),
  );
}

/** A quarter of an hour, an hour, a day. */
const thresholds = [900, 3600, 86_400];

function idle(open: readonly Session[], nowMs: number): Family[] {
  const onTerminals = open.filter(({ ttys }) => ttys.length > 0);
  const seconds = onTerminals.flatMap(({ lastInputMs }) => secondsSince(lastInputMs, nowMs) ?? []);
  if (seconds.length < onTerminals.length) return [];
  return family(
    "sessions_idle",
    "Open SSH sessions with terminals at which nothing was typed for at least so many seconds.",
    thresholds.map((threshold) => ({
      labels: { threshold: String(threshold) },
      value: seconds.filter((each) => each >= threshold).length,
    })),
  );
}

function oldest(open: readonly Session[]): Family[] {
  const logins = open.flatMap(({ startedAtMs }) => startedAtMs ?? []);
  if (logins.length === 0 || logins.length < open.length) return [];
  const first = logins.reduce((earliest, login) => Math.min(earliest, login));
  return number("oldest_session_login_timestamp_seconds", "When the oldest open SSH session logged in.", first / 1000);
}

/** Sessions that stand still. */
export function frozenFamilies({ sessions }: SessionReport): Family[] {
  const frozen = sessions.flatMap((session) => session.frozen ?? []);
  const unguarded = frozen.filter(({ fault }) => fault !== undefined).length;
  return family("frozen_sessions", "SSH sessions that are frozen; nothing will thaw those without a guard.", [
    { labels: { guard: "yes" }, value: frozen.length - unguarded },
    { labels: { guard: "no" }, value: unguarded },
  ]);
}

/** What became of the locks that sshctl has put on. */
export function lockFamilies({ locks, damaged }: OpenLocks): Family[] {
  const faulty = locks.filter(({ fault }) => fault !== undefined).length;
  return family(
    "locks",
    "Locks of accounts that sshctl has put on, each proven again; damaged ones are records that cannot be read.",
    [
      { labels: { state: "holding" }, value: locks.length - faulty },
      { labels: { state: "broken" }, value: faulty },
      { labels: { state: "damaged" }, value: damaged.length },
    ],
  );
}

export function keyFamilies({ keys, findings }: CountedKeys): Family[] {
  return [
    ...number("authorized_keys", "Lines that authorize a key to log in as some account.", keys),
    ...family(
      "key_findings",
      "What is wrong with keys that can log in and with the files that hold them.",
      severities.map((severity) => ({ labels: { severity }, value: findings.get(severity) ?? 0 })),
    ),
  ];
}

/**
 * How the service of the rules stands; its counters begin anew with each of its starts, which Prometheus expects of counters.
 *
 * @param isRunning - whether it still looks: else what it has told last is of the past.
 */
export function policyFamilies(state: PolicyState, isRunning: boolean): Family[] {
  const running = number("policy_running", "Whether the service of the rules looks at sessions.", isRunning ? 1 : 0);
  if (!isRunning) return running;
  const { mode, fuse, problem, fault, coming, counts, lookedAtMs } = state;
  return [
    ...running,
    ...number("policy_acting", "Whether the rules end sessions: 0 in mode observe.", mode === "act" ? 1 : 0),
    ...number(
      "policy_fuse_tripped",
      "Whether the service has stopped ending sessions because they were too many at once.",
      fuse === undefined ? 0 : 1,
    ),
    ...family("policy_faults", "Whether the last look did nothing, and whether the files of the rules are faulty.", [
      { labels: { of: "look" }, value: problem === undefined ? 0 : 1 },
      { labels: { of: "files" }, value: fault === undefined ? 0 : 1 },
    ]),
    ...number(
      "policy_pending_sessions",
      "Sessions that a rule means and that nothing exempts.",
      coming.filter(({ exempt }) => exempt === undefined).length,
    ),
    ...number("policy_last_look_timestamp_seconds", "When the service has looked last.", lookedAtMs / 1000),
    {
      name: "sshctl_policy_acts_total",
      help: "What the rules have done to sessions since the service was started, or would have in mode observe.",
      type: "counter",
      samples: countNames.map((name) => ({ labels: { act: acts[name] }, value: counts[name] })),
    },
  ];
}

const acts: Readonly<Record<CountName, string>> = {
  warned: "warned",
  ended: "ended",
  failed: "failed",
  wouldWarn: "would_warn",
  wouldEnd: "would_end",
};

/** How one reading went. */
export interface Collection {
  /** Milliseconds since the epoch. */
  beganMs: number;
  endedMs: number;
}

/**
 * That nothing is hidden in what stands beside it.
 *
 * @param rest - of the names: two readings of one host must not have the same.
 */
export function collectionFamilies(rest: CollectionName, { beganMs, endedMs }: Collection): Family[] {
  return [
    ...success(rest, 1),
    ...number(`${rest}_timestamp_seconds`, "When the machine was read.", beganMs / 1000),
    ...number(`${rest}_duration_seconds`, "How long that took.", (endedMs - beganMs) / 1000),
  ];
}

/** Stands alone: no number is told that could be too small. */
export function failedCollection(rest: CollectionName): Family[] {
  return success(rest, 0);
}

export type CollectionName = "collection" | "keys_collection";

function success(rest: CollectionName, value: 0 | 1): Family[] {
  return number(
    `${rest}_success`,
    "1 if everything could be read that is counted; otherwise 0, and no other number is given.",
    value,
  );
}

export function buildFamilies(version: string): Family[] {
  return family("build_info", "The version of sshctl that has written this.", [{ labels: { version }, value: 1 }]);
}

function number(rest: string, help: string, value: number): Family[] {
  return family(rest, help, [{ value }]);
}

/** None without samples. */
function family(rest: string, help: string, samples: readonly Sample[]): Family[] {
  return samples.length === 0 ? [] : [{ name: `sshctl_${rest}`, help, samples }];
}
