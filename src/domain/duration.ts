import { plural } from "../text/words.ts";

/**
 * Durations in the form sshd_config(5) calls TIME FORMATS: one or more numbers, each with an optional unit, added up.
 * "90", "30m", "1h30m", "2d". The grammar is that of convtime() in OpenSSH's misc.c, which also takes upper case.
 */
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** sshd keeps times in an int. */
const largest = 2 ** 31 - 1;

/** What a duration may look like, for messages. */
export const durationForm = "seconds, or numbers with a unit s, m, h, d or w: 90, 30m, 1h30m";

/** "min" and "hours" are no units for sshd, but what people type; systemd.time(7) has them, too. */
const unit = "s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?";
const whole = new RegExp(String.raw`^\d+(?:(?:${unit})\d+)*(?:${unit})?$`, "i");
const part = new RegExp(String.raw`(\d+)(${unit})?`, "gi");

/** @returns whole seconds, or undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, digits = "", word = "s"] of text.matchAll(part)) {
    total += Number(digits) * (unitSeconds[word.slice(0, 1).toLowerCase()] ?? Number.NaN);
  }
  return total <= largest ? total : undefined;
}

const wholeUnits = [
  [86_400, "d", "day"],
  [3600, "h", "hour"],
  [60, "m", "minute"],
] as const;

/** Without a rest in the largest unit that has none, as {@link parseDuration} reads it: "15m", "90s", "1d". */
export function exactDuration(seconds: number): string {
  const { count, letter } = inWholeUnits(seconds);
  return `${String(count)}${letter}`;
}

/** The same in words, for sentences: "15 minutes", "90 seconds", "1 day". */
export function durationInWords(seconds: number): string {
  const { count, word } = inWholeUnits(seconds);
  return plural(count, word);
}

function inWholeUnits(seconds: number): { count: number; letter: string; word: string } {
  const [size, letter, word] = wholeUnits.find(([size]) => seconds > 0 && seconds % size === 0) ?? [1, "s", "second"];
  return { count: seconds / size, letter, word };
}

/** Whole seconds that have passed; none where the clock has been set back since. Both are milliseconds since the epoch. */
export function secondsSince(timeMs: number | undefined, nowMs: number): number | undefined {
  return timeMs === undefined ? undefined : Math.max(0, Math.floor((nowMs - timeMs) / 1000));
}

/** The two largest units, as short as it goes: "7s", "12m", "3h05m", "2d04h". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [whole / 86_400, (whole / 3600) % 24, (whole / 60) % 60].map(Math.floor);
  const two = (value = 0) => String(value).padStart(2, "0");
  if (days) return `${String(days)}d${two(hours)}h`;
  if (hours) return `${String(hours)}h${two(minutes)}m`;
  return minutes ? `${String(minutes)}m` : `${String(whole)}s`;
}
