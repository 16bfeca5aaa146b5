/** What is known of a shell at a place in its scripts. */
import type { Command } from "./syntax.ts";

/** Undefined: it is not known. */
export type Maybe = boolean | undefined;

/** What is known of a variable or a word. */
export interface Value {
  /** Undefined: not known. Empty also for a variable that is not set. */
  text: string | undefined;
  isEmpty: Maybe;
  isSet: Maybe;
}

export const unknownValue: Value = { text: undefined, isEmpty: undefined, isSet: undefined };
export const unsetValue: Value = { text: "", isEmpty: true, isSet: false };
/** Set to something that is not known, and not empty. */
export const someValue: Value = { text: undefined, isEmpty: false, isSet: true };

export function textValue(text: string): Value {
  return { text, isEmpty: text === "", isSet: true };
}

export interface Place {
  path: string;
  /** Counted from 1. */
  line: number;
}

/** Why something is not known. */
export interface Doubt {
  place: Place;
  /** Completes "not certain: ". */
  reason: string;
}

/** TMOUT, with the lines that have made it what it is. */
export interface Tmout {
  value: Value;
  /** Why its value is not known. */
  doubt: Doubt | undefined;
  readonly: Maybe;
  exported: Maybe;
  /** It has the attribute integer, or did once. */
  isInteger: boolean;
  by: readonly Place[];
}

export interface ShellFunction {
  body: Command;
  path: string;
}

/** What a name may be: a function, none at all, or one whose text is not known. */
export type Candidate = ShellFunction | "none" | "unknown";

/** An alias that may be one or the other, or nothing. */
export const ambiguous = Symbol("ambiguous");

export interface ShellState {
  tmout: Tmout;
  /** Those that startup files have set, and those that a login sets. Others are not known. */
  variables: ReadonlyMap<string, Value>;
  functions: ReadonlyMap<string, readonly Candidate[]>;
  aliases: ReadonlyMap<string, string | typeof ambiguous>;
  /** set -a */
  exportsAll: Maybe;
  /** What the shell runs by itself before it prompts, and between commands. */
  deferred: readonly Deferred[];
}

export interface Deferred {
  source: string;
  place: Place;
}

/**
 * What is known where two ways come together.
 *
 * @param doubt - why it is not known which of them was taken.
 */
export function join(left: ShellState, right: ShellState, doubt: Doubt): ShellState {
  if (left === right) return left;
  return {
    tmout: joinTmout(left.tmout, right.tmout, doubt),
    variables: joinMaps(left.variables, right.variables, joinValues, () => unknownValue),
    functions: joinMaps(left.functions, right.functions, union, (candidates) => union(candidates, ["none"])),
    aliases: joinMaps(
      left.aliases,
      right.aliases,
      (a, b) => (a === b ? a : ambiguous),
      () => ambiguous,
    ),
    exportsAll: same(left.exportsAll, right.exportsAll),
    deferred: [...new Set([...left.deferred, ...right.deferred])],
  };
}

/** The same, where one of the ways may have an end. */
export function meet(
  left: ShellState | undefined,
  right: ShellState | undefined,
  doubt: Doubt,
): ShellState | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return join(left, right, doubt);
}

export function meetAll(states: readonly (ShellState | undefined)[], place: Place): ShellState | undefined {
  const doubt = { place, reason: "it depends on a condition" };
  return states.reduce<ShellState | undefined>((all, each) => meet(all, each, doubt), undefined);
}

function joinTmout(left: Tmout, right: Tmout, doubt: Doubt): Tmout {
  const value = joinValues(left.value, right.value);
  const readonly = same(left.readonly, right.readonly);
  return {
    value,
    doubt: value.text !== undefined ? undefined : (left.doubt ?? right.doubt ?? doubt),
    readonly,
    exported: same(left.exported, right.exported),
    isInteger: left.isInteger || right.isInteger,
    by: [...new Map([...left.by, ...right.by].map((place) => [`${String(place.line)} ${place.path}`, place])).values()],
  };
}

function joinValues(left: Value, right: Value): Value {
  return {
    text: left.text === right.text ? left.text : undefined,
    isEmpty: same(left.isEmpty, right.isEmpty),
    isSet: same(left.isSet, right.isSet),
  };
}

function union(left: readonly Candidate[], right: readonly Candidate[]): readonly Candidate[] {
  return left === right ? left : [...new Set([...left, ...right])];
}

function same(left: Maybe, right: Maybe): Maybe {
  return left === right ? left : undefined;
}

function joinMaps<T>(
  left: ReadonlyMap<string, T>,
  right: ReadonlyMap<string, T>,
  both: (a: T, b: T) => T,
  one: (value: T) => T,
): ReadonlyMap<string, T> {
  if (left === right) return left;
  const joined = new Map<string, T>();
  for (const [name, value] of left) {
    const other = right.get(name);
    joined.set(name, other === undefined ? one(value) : both(value, other));
  }
  for (const [name, value] of right) if (!left.has(name)) joined.set(name, one(value));
  return joined;
}

export function withEntry<T>(map: ReadonlyMap<string, T>, name: string, value: T): ReadonlyMap<string, T> {
  return new Map(map).set(name, value);
}
