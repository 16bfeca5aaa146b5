import type { HostOutcome, HostResult } from "./host-outcome.ts";
import { isSetback, stepsOf, type StepRules } from "./steps.ts";

export interface StepsToRun<T> {
  /** Hosts on which there is something to do, in their order. */
  targets: readonly T[];
  rules: StepRules;
  /** So many hosts at once. */
  fanOut: number;
  /** Ctrl-C: nothing new is started. What runs is awaited. */
  interruption: AbortSignal;
  /** Does it on one host. Whatever it throws leaves that host undecided. */
  act: (target: T) => Promise<HostOutcome>;
  /** Is told before any host of a step is tried. */
  onStep: (targets: readonly T[]) => void;
  /** Is told what became of a host, as soon as that is known. */
  onResult: (result: HostResult) => void;
}

/**
 * Tries hosts step by step. As soon as something stops it, no other host is tried, also of the same step; those that were not are named
 * with the reason.
 *
 * @returns what became of each host, in their order.
 */
export async function runInSteps<T extends { name: string }>(run: StepsToRun<T>): Promise<HostResult[]> {
  const { targets, rules, interruption, onStep } = run;
  const results = new Map<string, HostResult>();
  const whyStopped = (): string | undefined => {
    const setback = [...results.values()].find((result) => isSetback(result, rules));
    if (setback !== undefined) return `not tried, because of ${setback.name}`;
    return interruption.aborted ? "not tried: interrupted" : undefined;
  };
  for (const step of stepsOf(targets, rules)) {
    if (whyStopped() !== undefined) break;
    onStep(step);
    await tryAll(step, results, whyStopped, run);
  }
  const rest: HostOutcome = { kind: "not-tried", text: whyStopped() ?? "not tried", items: [] };
  return targets.map(({ name }) => results.get(name) ?? { name, ...rest });
}

async function tryAll<T extends { name: string }>(
  step: readonly T[],
  results: Map<string, HostResult>,
  whyStopped: () => string | undefined,
  { fanOut, act, onResult }: StepsToRun<T>,
): Promise<void> {
  const waiting = [...step];
  const takeNext = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      if (whyStopped() !== undefined) return;
      const result = { name: target.name, ...(await outcomeOf(act, target)) };
      results.set(target.name, result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: fanOut }, takeNext));
}

/** Even a defect must not hide what was done elsewhere. */
async function outcomeOf<T>(act: (target: T) => Promise<HostOutcome>, target: T): Promise<HostOutcome> {
  try {
    return await act(target);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "undecided", text: `it cannot be told what was done: ${message}`, items: [] };
  }
}
