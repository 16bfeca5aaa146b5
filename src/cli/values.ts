/** Reads the values of options. Every error names the option, the value and what is allowed. */
import { UsageError } from "../errors.ts";
import type { GivenOptions } from "./command.ts";

/** How one value is read. */
export interface Reader<T> {
  /** @returns undefined when the text is not such a value. */
  read: (text: string) => T | undefined;
  /** Says what is allowed, for messages. */
  allowed: string;
}

/** Reads an option that may be given once. */
export function single<T>(given: GivenOptions, option: string, reader: Reader<T>): T | undefined {
  const [text, ...others] = given.texts(option);
  if (others.length > 0)
    throw new UsageError(`--${option} is given ${String(others.length + 1)} times.`, "Give it once.");
  return text === undefined ? undefined : readValue(option, text, reader);
}

/** Reads an option that may be repeated and takes comma lists. */
export function list<T>(given: GivenOptions, option: string, reader: Reader<T>): T[] {
  const texts = given.texts(option).flatMap((text) => text.split(","));
  return texts.map((text) => readValue(option, text, reader));
}

function readValue<T>(option: string, text: string, { read, allowed }: Reader<T>): T {
  const value = text === "" ? undefined : read(text);
  if (value === undefined) throw new UsageError(`--${option} "${text}" is not understood.`, `Allowed: ${allowed}.`);
  return value;
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return { read: (text) => words.find((word) => word === text), allowed: words.join(", ") };
}
