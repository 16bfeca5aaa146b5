/** The options that say of which time the history is. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { single, type Reader } from "../../cli/values.ts";
import { isTimeSpan, parseSystemdTime, timeForms, type MeantTime } from "../../domain/systemd-time.ts";
import { UsageError } from "../../errors.ts";
import { fullTime } from "../../text/time.ts";
import type { Span } from "./read/read-journal.ts";

const group = "Select";

export const timeOptions = {
  since: { group, value: "TIME", describe: "on at this time or later; 7 days ago unless told otherwise" },
  until: { group, value: "TIME", describe: "on at this time or earlier" },
  at: { group, value: "TIME", describe: `who was on at this moment: ${timeForms}` },
} satisfies OptionTable;

/** Of what time a history is. */
export interface AskedTime extends Span {
  /** One moment was asked for. */
  isMoment: boolean;
  /** No time was asked for. */
  isUsual: boolean;
}

const usualMs = 7 * 86_400_000;

/** @throws UsageError */
export function parseTimes(given: GivenOptions, nowMs: number): AskedTime {
  const at = readMoment(given, nowMs);
  if (at !== undefined) return { fromMs: at, toMs: at, endsNow: at === nowMs, isMoment: true, isUsual: false };
  const until = readBound(given, "until", nowMs);
  const toMs = Math.min(until ?? nowMs, nowMs);
  const since = readBound(given, "since", nowMs);
  const fromMs = since ?? toMs - usualMs;
  if (fromMs > nowMs) throw inFuture("since", fromMs);
  if (fromMs > toMs)
    throw new UsageError(`--since ${fullTime(fromMs)} is after --until ${fullTime(toMs)}.`, "Exchange them.");
  return {
    fromMs,
    toMs,
    endsNow: toMs === nowMs,
    isMoment: false,
    isUsual: since === undefined && until === undefined,
  };
}

function readMoment(given: GivenOptions, nowMs: number): number | undefined {
  const meant = readTime(given, "at", nowMs);
  if (meant === undefined) return undefined;
  if (given.texts("since").length + given.texts("until").length > 0)
    throw new UsageError("--at is one moment, --since and --until are a span of time.", "Give one of them.");
  const timeMs = momentOf(meant, given.texts("at")[0] ?? "");
  if (timeMs > nowMs) throw inFuture("at", timeMs);
  return timeMs;
}

/** Whoever asks for a moment gets the answer for that moment, not for another an hour apart. */
function momentOf(meant: MeantTime, text: string): number {
  switch (meant.kind) {
    case "once":
      return meant.timeMs;
    case "twice":
      throw new UsageError(
        `--at "${text}" was twice: clocks were set back.`,
        `Write the one that you mean with its offset: "${fullTime(meant.firstMs)}" or "${fullTime(meant.secondMs)}".`,
      );
    case "never":
      throw new UsageError(
        `--at "${text}" never was: clocks were set forward.`,
        `Clocks went on at "${fullTime(meant.nextMs)}".`,
      );
  }
}

/** Of two moments, the one that leaves nothing out. */
function readBound(given: GivenOptions, option: "since" | "until", nowMs: number): number | undefined {
  const meant = readTime(given, option, nowMs);
  switch (meant?.kind) {
    case undefined:
      return undefined;
    case "once":
      return meant.timeMs;
    case "twice":
      return option === "since" ? meant.firstMs : meant.secondMs;
    case "never":
      return meant.nextMs;
  }
}

/** @throws UsageError */
function readTime(given: GivenOptions, option: keyof typeof timeOptions, nowMs: number): MeantTime | undefined {
  const span = given.texts(option).find(isTimeSpan);
  if (span !== undefined)
    throw new UsageError(`--${option} "${span}" is a span of time, not a moment.`, `Write --${option} "${span} ago".`);
  return single(given, option, timeReader(nowMs));
}

function timeReader(nowMs: number): Reader<MeantTime> {
  return { read: (text) => parseSystemdTime(text, nowMs), allowed: timeForms };
}

function inFuture(option: string, timeMs: number): UsageError {
  return new UsageError(`--${option} ${fullTime(timeMs)} is in the future.`, `Allowed: times until now: ${timeForms}.`);
}
