/** From one look at a machine to the next: what has happened to the sessions. */
import type { ChosenSessions } from "./choose-sessions.ts";
import { durationUntil, watchedFacts, type SessionEvent, type WatchedFact } from "./session-event.ts";
import { sessionId, type Session, type LiveReport } from "./session.ts";

/** What one look has shown, and which of it was asked for. */
export interface Poll {
  report: LiveReport;
  chosen: ChosenSessions;
}

/** All connections of the last look, chosen or not, by identity: the memory of a watch, no larger than the machine. */
export type Known = ReadonlyMap<string, KnownSession>;

interface KnownSession {
  session: Session;
  selected: boolean;
}

export function knownOf({ report, chosen }: Poll): Known {
  const selected = new Set(chosen.sessions);
  return new Map(
    report.sessions.map((session) => [sessionId(session.identity), { session, selected: selected.has(session) }]),
  );
}

/** Ends come before beginnings, so that whoever counts never counts too many. */
export function diffSessions(before: Known, look: Poll): { known: Known; events: SessionEvent[] } {
  const seen = knownOf(look);
  const timeMs = look.report.takenAtMs;
  const missing = [...before].filter(([id]) => !seen.has(id));
  const held = missing.filter(([, { session }]) => isLoggingIn(session, look.report));
  const gone = missing.filter((entry) => !held.includes(entry)).filter(([, { selected }]) => selected);
  return {
    known: held.length === 0 ? seen : new Map([...seen, ...held]),
    events: [
      ...gone.map(([, { session }]): SessionEvent => ({
        kind: "closed",
        timeMs,
        session,
        durationSeconds: durationUntil(timeMs, session),
        origin: "look",
      })),
      ...[...seen].flatMap(([id, now]) => eventOf(before.get(id), now, timeMs) ?? []),
    ],
  };
}

/**
 * Between the end of the helper that has authenticated and the birth of the session child, a monitor looks like one that has
 * lost its child, and is no row. PAM can make that last: the connection has ended only when its process has.
 */
function isLoggingIn({ phase, identity }: Session, { processes }: LiveReport): boolean {
  return phase === "authenticating" && processes.get(identity.pid)?.startTicks === identity.startTicks;
}

function eventOf(
  before: KnownSession | undefined,
  { session, selected }: KnownSession,
  timeMs: number,
): SessionEvent | undefined {
  if (before?.session === session && before.selected === selected) return undefined;
  if (before === undefined) return selected ? { kind: "opened", timeMs, session, origin: "look" } : undefined;
  if (!selected && !before.selected) return undefined;
  if (before.session.phase === "authenticating" && session.phase === "open") {
    return before.selected
      ? { kind: "authenticated", timeMs, session, selected }
      : { kind: "opened", timeMs, session, origin: "look" };
  }
  const changes = changesBetween(before.session, session);
  if (changes.length === 0 && selected === before.selected) return undefined;
  return { kind: "changed", timeMs, session, previous: before.session, changes, selected };
}

function changesBetween(before: Session, after: Session): WatchedFact[] {
  return watchedFacts.filter((fact) => before[fact] !== after[fact] && String(before[fact]) !== String(after[fact]));
}
