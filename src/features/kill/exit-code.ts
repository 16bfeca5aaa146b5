import { isGone } from "./plan/outcome.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { Done } from "./carry-out.ts";

/** docs/exit-codes.md */
export function exitCodeOf({ killed, problems, wasEverythingEnded }: Done): ExitCode {
  const { planned, results, appeared } = killed;
  const isComplete =
    results.every(({ outcome }) => isGone(outcome)) &&
    planned.undecided.length === 0 &&
    appeared.length === 0 &&
    problems.length === 0 &&
    wasEverythingEnded;
  return isComplete ? exitCodes.done : exitCodes.partial;
}
