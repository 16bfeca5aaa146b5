import { select, type Criterion } from "./selection.ts";
import type { Phase, Session, SessionReport } from "./session.ts";

export interface Choice {
  criteria: readonly Criterion[];
  /** Those that take part. */
  phases: readonly Phase[];
  /** Whether sessions of containers take part. */
  containers: boolean;
}

export interface ChosenSessions extends PhaseCounts {
  sessions: readonly Session[];
  /** Left out because a fact that was asked for is not known. */
  undecided: readonly Session[];
  /** Open sessions of containers that were not asked for. */
  hidden: number;
}

/** Connections that are no open sessions, chosen or not. */
export type PhaseCounts = Record<Exclude<Phase, "open" | "leftover">, number>;

/** The rows that every command means by the same options. */
export function chooseSessions(
  { sessions, takenAtMs }: Pick<SessionReport, "sessions" | "takenAtMs">,
  { criteria, phases, containers }: Choice,
): ChosenSessions {
  const here = sessions.filter(({ container }) => containers || !container);
  const chosen = here.filter(({ phase }) => phases.includes(phase));
  return {
    ...select(chosen, criteria, takenAtMs),
    hidden: countIn(sessions, "open") - countIn(here, "open"),
    ...countPhases(here),
  };
}

export function countPhases(sessions: readonly Session[]): PhaseCounts {
  return {
    authenticating: countIn(sessions, "authenticating"),
    opening: countIn(sessions, "opening"),
    closing: countIn(sessions, "closing"),
  };
}

function countIn(sessions: readonly Session[], phase: Phase): number {
  return sessions.filter((session) => session.phase === phase).length;
}
