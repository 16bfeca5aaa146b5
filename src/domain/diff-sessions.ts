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
  const seen = withoutPassing(before, knownOf(look));
  const timeMs = look.report.takenAtMs;
  const over = [...before].filter(([id, entry]) => entry.selected && isOver(entry, seen.get(id)));
  return {
    known: seen,
    events: [
      ...over.map(([, { session }]): SessionEvent => ({
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
 * Who watches strangers is told when one has become a session, and not of the moments before. In the last of them it may pass
 * for one that is being closed: its session child was born while the machine was being read.
 */
function withoutPassing(before: Known, seen: Known): Known {
  return new Map(
    [...seen].map(([id, now]) => {
      const earlier = before.get(id);
      if (earlier === undefined || !earlier.selected || now.selected) return [id, now];
      const isPassing =
        isBefore(earlier.session) && (now.session.phase === "opening" || now.session.phase === "closing");
      return [id, isPassing ? earlier : now];
    }),
  );
}

/** A session has ended with its user, even if PAM still closes it: unless that was asked for. */
function isOver({ session }: KnownSession, now: KnownSession | undefined): boolean {
  return now === undefined || (hasEnded(session, now.session) && !now.selected);
}

/** Whether a session that was open is being closed. */
export function hasEnded(before: Session, now: Session): boolean {
  return before.phase === "open" && now.phase === "closing";
}

function eventOf(
  before: KnownSession | undefined,
  { session, selected }: KnownSession,
  timeMs: number,
): SessionEvent | undefined {
  if (before?.session === session && before.selected === selected) return undefined;
  if (before === undefined) return selected ? { kind: "opened", timeMs, session, origin: "look" } : undefined;
  if (!selected && (!before.selected || hasEnded(before.session, session))) return undefined;
  if (before.session.phase !== "open" && session.phase === "open") {
    return before.selected
      ? { kind: "authenticated", timeMs, session, selected }
      : { kind: "opened", timeMs, session, origin: "look" };
  }
  const changes = changesBetween(before.session, session);
  if (changes.length === 0 && selected === before.selected) return undefined;
  return { kind: "changed", timeMs, session, previous: before.session, changes, selected };
}

function isBefore({ phase }: Session): boolean {
  return phase === "authenticating" || phase === "opening";
}

function changesBetween(before: Session, after: Session): WatchedFact[] {
  return watchedFacts.filter((fact) => before[fact] !== after[fact] && String(before[fact]) !== String(after[fact]));
}
