import type { Session } from "../../domain/session.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { WhyUntold } from "../kill/end-sessions.ts";

/** Whether the user of a session got a message. "own": whoever writes it knows it. */
export type Telling = "told" | "own" | WhyUntold;

/** What became of a message at one session; undefined for a plan that was only looked at. */
export interface ToldSession {
  session: Session;
  telling: Telling | undefined;
}

/** docs/exit-codes.md: who has no terminal cannot be told, and that is no failure. */
export function exitCodeOf(told: readonly ToldSession[], undecided: readonly Session[], isRecorded: boolean): ExitCode {
  const isComplete = told.every(({ telling }) => telling !== "blocked" && telling !== "refused");
  return isComplete && undecided.length === 0 && isRecorded ? exitCodes.done : exitCodes.partial;
}
