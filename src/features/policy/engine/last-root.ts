import { sessionId, type Session } from "../../../domain/session.ts";

/**
 * The one of those that are to go which has to stay, because without it no open session could become root.
 *
 * @param goes - the identities of all that are to go.
 * @param toRoot - the identities of all that can, or may, become root.
 * @returns undefined where another one stays, or none could.
 */
export function lastToRoot(
  sessions: readonly Session[],
  goes: ReadonlySet<string>,
  toRoot: ReadonlySet<string>,
): string | undefined {
  if ([...toRoot].some((id) => !goes.has(id))) return undefined;
  const [kept] = sessions
    .filter(({ identity }) => toRoot.has(sessionId(identity)))
    .toSorted((a, b) => (b.lastInputMs ?? b.startedAtMs ?? 0) - (a.lastInputMs ?? a.startedAtMs ?? 0));
  return kept && sessionId(kept.identity);
}

export const lastToRootReason = "it is the last open session that can become root";
