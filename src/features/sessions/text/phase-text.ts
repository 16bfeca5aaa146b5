import type { PhaseCounts } from "../../../domain/choose-sessions.ts";
import type { Phase } from "../../../domain/session.ts";
import { plural } from "../../../text/words.ts";

type OtherPhase = Exclude<Phase, "open">;

/** What stands for the kind of a connection over which nothing runs yet, or any more. */
export const phaseNotes: Readonly<Record<OtherPhase, string>> = {
  authenticating: "not yet authenticated",
  opening: "session still being opened",
  closing: "session still being closed",
  leftover: "left behind by a session that is over",
};

const counted: Readonly<Record<keyof PhaseCounts, (count: number) => string>> = {
  authenticating: (count) => `${plural(count, "connection")} not yet authenticated`,
  opening: (count) => `${plural(count, "login")} whose session is still being opened`,
  closing: (count) => `${plural(count, "session")} still being closed`,
};

/** "2 connections not yet authenticated", "1 session still being closed": a text for each phase that there is. */
export function describePhases(counts: PhaseCounts): string[] {
  return (["authenticating", "opening", "closing"] as const).flatMap((phase) =>
    counts[phase] === 0 ? [] : counted[phase](counts[phase]),
  );
}
