import type { GivenOptions, OptionSpec } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { parseSystemdTime, timeForms } from "../../domain/systemd-time.ts";
import { UsageError } from "../../errors.ts";
import { termOf, termUntil, type ClockFacts, type Term } from "../../system/locks/term.ts";
import { fullTime } from "../../text/time.ts";

/** In the terms in which it is kept. */
export function endOf({ forSeconds, untilMs }: LockEnd, clock: ClockFacts): Term | undefined {
  if (untilMs !== undefined) return termUntil(untilMs, clock);
  return forSeconds === undefined ? undefined : termOf(forSeconds, clock);
}

export function forOption(describe: string): OptionSpec {
  return { group: "Method", value: "TIME", describe };
}

/** Ten years: what is longer is no longer meant to end. */
const mostSeconds = 10 * 366 * 86_400;

/** @throws UsageError */
function rejectTooLong(option: string, seconds: number): void {
  if (seconds > mostSeconds)
    throw new UsageError(
      `${option} takes at most ten years. Nothing was done.`,
      "Omit it: then only unlock ends the lock.",
    );
}

/** @returns seconds. @throws UsageError */
export function parseFor(given: GivenOptions): number | undefined {
  const seconds = single(given, "for", { read: parseDuration, allowed: durationForm });
  if (seconds === 0) throw new UsageError("--for 0 is over at once. Nothing was done.", "Give at least 1s.");
  rejectTooLong("--for", seconds ?? 0);
  return seconds;
}

export const untilOption: OptionSpec = {
  group: "Method",
  value: "TIME",
  describe: 'lock until this time, as --for: 18:00, "2026-12-24 08:00 UTC", +2h',
};

/** When a lock is to end. */
export interface LockEnd {
  /** Undefined where only unlock ends it. */
  forSeconds: number | undefined;
  /** Where a moment was named: that it is. Milliseconds since the epoch. */
  untilMs: number | undefined;
}

/** @throws UsageError */
export function parseEnd(given: GivenOptions, nowMs: number): LockEnd {
  const forSeconds = parseFor(given);
  const read = (text: string) => parseSystemdTime(text, nowMs);
  const until = single(given, "until", { read, allowed: timeForms });
  if (until === undefined) return { forSeconds, untilMs: undefined };
  if (forSeconds !== undefined)
    throw new UsageError("--for and --until say the same. Nothing was done.", "Give one of them.");
  if (until.kind !== "once")
    throw new UsageError(
      `--until ${given.texts("until").join("")}: there is ${until.kind === "never" ? "no such time" : "that time twice"} on that day, because clocks change. Nothing was done.`,
      'Give it in UTC, as in "2026-10-25 01:30 UTC".',
    );
  const seconds = Math.ceil((until.timeMs - nowMs) / 1000);
  if (seconds <= 0)
    throw new UsageError(
      `--until means ${fullTime(until.timeMs)}, which is over. Nothing was done.`,
      "Give a later time.",
    );
  rejectTooLong("--until", seconds);
  return { forSeconds: seconds, untilMs: until.timeMs };
}
