import type { GivenOptions, OptionSpec } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { UsageError } from "../../errors.ts";

export function forOption(describe: string): OptionSpec {
  return { group: "Method", value: "TIME", describe };
}

/** Ten years: what is longer is no longer meant to end. */
const mostSeconds = 10 * 366 * 86_400;

/** @returns seconds. @throws UsageError */
export function parseFor(given: GivenOptions): number | undefined {
  const seconds = single(given, "for", { read: parseDuration, allowed: durationForm });
  if (seconds === 0) throw new UsageError("--for 0 is over at once. Nothing was done.", "Give at least 1s.");
  if (seconds !== undefined && seconds > mostSeconds)
    throw new UsageError(
      "--for takes at most ten years. Nothing was done.",
      "Omit it: then only unlock ends the lock.",
    );
  return seconds;
}
