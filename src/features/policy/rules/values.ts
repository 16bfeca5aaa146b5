/** Reads single values of a table of TOML. Every error names the key, the value and what is allowed. */
import { meantPerhaps } from "../../../cli/suggest.ts";
import { durationForm, parseDuration } from "../../../domain/duration.ts";
import { FaultError } from "./fault.ts";

export type Table = Readonly<Record<string, unknown>>;

/** @throws FaultError for a key that none of these is. */
export function rejectUnknownKeys(table: Table, known: readonly string[]): void {
  for (const key of Object.keys(table))
    if (!known.includes(key))
      throw new FaultError(
        key,
        `there is no key "${key}" here${meantPerhaps(key, known)}. Allowed: ${known.join(", ")}`,
      );
}

/** @returns undefined where the key is missing. */
export function textOf(table: Table, key: string): string | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw wrong(key, value, "a text in quotes");
  return value;
}

/** Whole seconds, from a duration such as "30m". */
export function secondsOf(table: Table, key: string): number | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  const seconds = typeof value === "string" ? parseDuration(value) : undefined;
  if (seconds === undefined || seconds === 0) throw wrong(key, value, `a time in quotes, above 0: ${durationForm}`);
  return seconds;
}

export function countOf(table: Table, key: string, [least, most]: readonly [number, number]): number | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw wrong(key, value, `a whole number from ${String(least)} to ${String(most)}`);
  return value;
}

export function flagOf(table: Table, key: string): boolean {
  const value = table[key];
  if (value !== undefined && typeof value !== "boolean") throw wrong(key, value, "true or false");
  return value ?? false;
}

export function wordOf<T extends string>(table: Table, key: string, words: readonly T[]): T | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  const word = words.find((each) => each === value);
  if (word === undefined) throw wrong(key, value, words.map((each) => `"${each}"`).join(", "));
  return word;
}

/** @param allowed - what it could be, for the message. */
export function wrong(key: string, value: unknown, allowed: string): FaultError {
  return new FaultError(key, `${key} = ${shown(value)} is not understood. Allowed: ${allowed}`);
}

const longestShown = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
