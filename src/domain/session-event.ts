import type { Session, Warning } from "./session.ts";

export const eventKinds = ["snapshot", "opened", "authenticated", "changed", "closed", "warning"] as const;
export type EventKind = (typeof eventKinds)[number];

/** Facts whose change is worth an event. */
export const watchedFacts = ["phase", "user", "kind", "ttys"] as const;
export type WatchedFact = (typeof watchedFacts)[number];

/** Where an event was learned: from a look at the processes, or from the journal, of a login too short to be seen. */
export type EventOrigin = "look" | "journal";

/** Something that happened to the sessions of a machine. */
export type SessionEvent =
  /** The beginning of every stream: who is there. */
  | { kind: "snapshot"; timeMs: number; sessions: readonly Session[] }
  | { kind: "opened"; timeMs: number; session: Session; origin: EventOrigin }
  /** Somebody has logged in over a connection that had been told of before. */
  | { kind: "authenticated"; timeMs: number; session: Session; selected: boolean }
  | Change
  | { kind: "closed"; timeMs: number; session: Session; durationSeconds: number | undefined; origin: EventOrigin }
  | { kind: "warning"; timeMs: number; warning: Warning };

export interface Change {
  kind: "changed";
  timeMs: number;
  session: Session;
  /** What it was before. */
  previous: Session;
  changes: readonly WatchedFact[];
  /** Whether the session is still one of those that were chosen. */
  selected: boolean;
}

/** How long a session that ends at a moment has lasted since its login. */
export function durationUntil(timeMs: number, { startedAtMs }: Session): number | undefined {
  return startedAtMs === undefined ? undefined : Math.max(0, Math.round(timeMs - startedAtMs) / 1000);
}
