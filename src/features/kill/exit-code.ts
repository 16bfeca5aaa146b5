import { isGone } from "./plan/outcome.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { KillReport } from "./plan/kill-plan.ts";

/** docs/exit-codes.md */
export function exitCodeOf({ plan, results, appeared, problems, wasEverythingEnded }: KillReport): ExitCode {
  const isComplete =
    results.every(({ outcome }) => isGone(outcome)) &&
    plan.undecided.length === 0 &&
    appeared.length === 0 &&
    problems.length === 0 &&
    wasEverythingEnded;
  return isComplete ? exitCodes.done : exitCodes.partial;
}
