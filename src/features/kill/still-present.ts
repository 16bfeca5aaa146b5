import { sessionId, type Session, type SessionReport } from "../../domain/session.ts";

/** The same sessions again as they are by now, without those that have ended. */
export function stillThere(chosen: readonly Session[], { sessions }: SessionReport): Session[] {
  const ids = new Set(chosen.map(({ identity }) => sessionId(identity)));
  return sessions.filter(({ identity }) => ids.has(sessionId(identity)));
}
