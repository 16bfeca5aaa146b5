/** In which order hosts are tried, and what stops it. */
import { isSettled, type HostOutcome } from "./host-outcome.ts";

/**
 * What a deed is for. "ending" stops at the first host on which it does not succeed: what has gone wrong there would go wrong
 * everywhere. "keeping-out" goes on, because every door that is shut counts: of hundreds of hosts some are always down.
 */
export type DeedMode = "ending" | "keeping-out";

export interface StepRules {
  mode: DeedMode;
  /** One host, ten, and the rest; otherwise all at once. */
  inSteps: boolean;
  /** Whether to go on whatever happens. */
  keepGoing: boolean;
}

const firstSteps = [1, 10];

/** @returns no empty step. */
export function stepsOf<T>(targets: readonly T[], { inSteps }: Pick<StepRules, "inSteps">): T[][] {
  const steps: T[][] = [];
  let start = 0;
  for (const size of inSteps ? [...firstSteps, targets.length] : [targets.length]) {
    const step = targets.slice(start, start + size);
    if (step.length > 0) steps.push(step);
    start += size;
  }
  return steps;
}

/** Whether nothing more may be started after this. */
export function isSetback(outcome: Pick<HostOutcome, "kind" | "goesOn">, { mode, keepGoing }: StepRules): boolean {
  return mode === "ending" && !keepGoing && outcome.goesOn !== true && !isSettled(outcome);
}
