import type { ChosenSessions } from "../../domain/choose-sessions.ts";

/** A log that every user can write to shows who may have logged in with a key; nobody's session ends for that. */
export function withProvenKeys({ sessions, undecided, ...others }: ChosenSessions): ChosenSessions {
  const isProven = ({ auth }: ChosenSessions["sessions"][number]) => auth?.verified === true;
  return {
    ...others,
    sessions: sessions.filter(isProven),
    undecided: [...undecided, ...sessions.filter((session) => !isProven(session))],
  };
}
