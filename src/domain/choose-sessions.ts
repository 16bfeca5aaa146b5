import { select, type Criterion } from "./selection.ts";
import type { Session, SessionReport } from "./session.ts";

export interface Choice {
  criteria: readonly Criterion[];
  /** Whether sessions of containers take part. */
  containers: boolean;
}

export interface ChosenSessions {
  sessions: readonly Session[];
  /** Left out because a fact that was asked for is not known. */
  undecided: readonly Session[];
  /** Open sessions of containers that were not asked for. */
  hidden: number;
  /** Connections over which nobody has logged in yet, chosen or not. */
  authenticating: number;
}

/** The rows that every command means by the same options. */
export function chooseSessions(
  { sessions, takenAtMs }: Pick<SessionReport, "sessions" | "takenAtMs">,
  { criteria, containers }: Choice,
): ChosenSessions {
  const here = sessions.filter(({ container }) => containers || !container);
  const selected = select(here, criteria, takenAtMs);
  return {
    ...selected,
    hidden:
      sessions.filter(({ phase }) => phase === "open").length - here.filter(({ phase }) => phase === "open").length,
    authenticating: here.filter(({ phase }) => phase === "authenticating").length,
  };
}
