import type { KillOutcome } from "../plan/outcome.ts";

/** "ended by TERM in 0.1s": an outcome in a few words. */
export function describeOutcome(outcome: KillOutcome): string {
  switch (outcome.kind) {
    case "ended":
      return `ended by ${outcome.signal} in ${outcome.seconds.toFixed(1)}s`;
    case "already-gone":
      return "had ended by itself";
    case "identity-changed":
      return "had ended by itself; its PID now belongs to another process, which was not touched";
    case "not-permitted":
      return "NOT ENDED: not permitted";
    case "survived":
      return `NOT ENDED: ${outcome.why}`;
    case "undecided":
      return `UNDECIDED: ${outcome.why}`;
  }
}
