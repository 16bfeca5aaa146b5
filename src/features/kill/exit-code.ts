import { isGone, notTried } from "./plan/outcome.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { KillReport } from "./plan/kill-plan.ts";

/** docs/exit-codes.md */
export function exitCodeOf(report: KillReport): ExitCode {
  const { plan, results, appeared, problems, isInterrupted, wasEverythingEnded } = report;
  if (isInterrupted && results.every(({ outcome }) => outcome === notTried)) return exitCodes.interrupted;
  const isComplete =
    results.every(({ outcome }) => isGone(outcome)) &&
    plan.undecided.length === 0 &&
    appeared.length === 0 &&
    problems.length === 0 &&
    wasEverythingEnded;
  return isComplete ? exitCodes.done : exitCodes.partial;
}
