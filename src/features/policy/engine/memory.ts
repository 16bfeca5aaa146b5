/** What the engine remembers from one look to the next: enough that a service which was killed warns nobody twice. */
import type { Mode } from "../rules/rule.ts";

/** What tells the time. The seconds count on whatever somebody sets the clock to. */
export interface Ticks {
  /** Milliseconds since the epoch. */
  nowMs: number;
  bootId: string;
  /** Since the boot, with those of sleep: proc_uptime(5). */
  uptimeSeconds: number;
}

/** A session that a rule means, and how far it has come. */
export interface Pending {
  /** By its name. */
  rule: string;
  /** In how many looks in a row the rule has meant it, the first look of a service aside. */
  looks: number;
  /** Seconds since the boot: when its user was warned, and when it ends. */
  warning: { at: number; end: number } | undefined;
  /** Whether the one thing has been done that is done once: a message without an end, or an end that was only written down. */
  isDone: boolean;
  /** How often an end was tried. */
  tries: number;
  /** Why it is left alone, and until when nobody asks again, in seconds since the boot. */
  exempt: { why: string; until: number } | undefined;
}

/** The fuse has tripped: nothing is done until somebody acknowledges it. */
export interface Tripped {
  id: string;
  atMs: number;
  /** How many were to end, and how many may. */
  count: number;
  allowed: number;
}

export interface Memory {
  mode: Mode;
  ticks: Ticks;
  /** Milliseconds since the epoch: {@link Moment.evenSinceMs}. */
  evenSinceMs: number;
  /** By the identities of sessions. */
  pending: ReadonlyMap<string, Pending>;
  tripped: Tripped | undefined;
}

/** The kernel keeps a clock that is only adjusted within a thousandth. */
const mostDriftMs = 2000;

/** More looks than this are missing: a warning from before is forgotten by everybody. */
const mostMissed = 10;

/**
 * @param before - from the look before, also of another run of the service.
 * @param isFirst - of this run: what was counted begins anew.
 */
export function beginLook(
  before: Memory | undefined,
  mode: Mode,
  ticks: Ticks,
  isFirst: boolean,
  intervalSeconds: number,
): Memory {
  const tripped = before?.tripped;
  if (before?.ticks.bootId !== ticks.bootId) return { mode, ticks, evenSinceMs: 0, pending: new Map(), tripped };
  const wasSet = Math.abs(bootedAt(ticks) - bootedAt(before.ticks)) > mostDriftMs;
  const evenSinceMs = wasSet ? ticks.nowMs : before.evenSinceMs;
  const missed = ticks.uptimeSeconds - before.ticks.uptimeSeconds;
  const isStale = mode !== before.mode || missed > mostMissed * intervalSeconds + 60;
  const pending = isStale ? new Map<string, Pending>() : isFirst ? counted(before.pending, 0) : before.pending;
  return { mode, ticks, evenSinceMs, pending, tripped };
}

/** The same sessions, of which the looks are counted anew. */
export function counted(pending: Memory["pending"], looks: number): Map<string, Pending> {
  return new Map([...pending].map(([id, each]) => [id, { ...each, looks }]));
}

function bootedAt({ nowMs, uptimeSeconds }: Ticks): number {
  return nowMs - uptimeSeconds * 1000;
}
