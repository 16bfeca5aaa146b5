/** What words stand for, as far as it is known, and what their expansion does: ${NAME:=WORD} assigns. */
import { plainText } from "./read-word.ts";
import {
  someValue,
  textValue,
  unknownValue,
  withEntry,
  type Place,
  type ShellState,
  type Value,
} from "./shell-state.ts";
import type { Part, Word } from "./syntax.ts";
import { setTmout, standsBehind, UncertainError, withTmout, type Scope, type Walk } from "./walk.ts";

export interface Expanded {
  value: Value;
  /** It is one word, whatever it holds: neither split nor a pattern. */
  isOneWord: boolean;
  state: ShellState;
}

/** @param isValue - of an assignment, or between [[ and ]]: nothing is split there, and no pattern means files. */
export function expand(word: Word, state: ShellState, scope: Scope, walk: Walk, isValue = false): Expanded {
  const place = { path: scope.path, line: word.line };
  const values: Value[] = [];
  let [now, isOneWord] = [state, true];
  for (const [index, part] of word.parts.entries()) {
    const expanded = expandPart(part, now, scope, walk, place);
    now = expanded.state;
    const isSafe = isValue || isQuoted(part) || isUnsplit(part, expanded.value, walk);
    isOneWord &&= isSafe;
    const value = index === 0 ? tilde(part, expanded.value, now, word.parts.length === 1) : expanded.value;
    values.push(isSafe ? value : { ...value, text: undefined });
  }
  return { value: concatenate(values), isOneWord, state: now };
}

/** For what a word does, where its value does not matter. */
export function runExpansions(word: Word, state: ShellState, scope: Scope, walk: Walk): ShellState {
  return expand(word, state, scope, walk).state;
}

function isQuoted(part: Part): boolean {
  return "quoted" in part && part.quoted;
}

/** Neither split into words nor a pattern; an empty one would be no word at all. */
function isUnsplit(part: Part, { text, isEmpty }: Value, walk: Walk): boolean {
  if (part.kind === "text") return !/[*?]|^~(?!\/|$)/.test(part.text) && !isSet(part.text) && !isSpread(part.text);
  if (text === undefined || isEmpty !== false || /[ \t\n?[]/.test(text)) return false;
  // A pattern that no file fits stays what it is.
  return !text.includes("*") || glob(text, walk)?.[0] === text;
}

function isSet(text: string): boolean {
  return standsBehind(text, "[", /\]/);
}

/** {a,b} and {1..9} */
export function isSpread(text: string): boolean {
  return standsBehind(text, "{", /,|\.\./);
}

function tilde(part: Part, value: Value, state: ShellState, isWhole: boolean): Value {
  if (part.kind !== "text" || part.quoted || !part.text.startsWith("~")) return value;
  const home = lookUp("HOME", state).text;
  if (home === undefined || !/^~(?:\/|$)/.test(part.text) || (part.text === "~" && !isWhole)) return unknownValue;
  return textValue(home + part.text.slice(1));
}

/** What is longer is not followed: texts could double at every line. */
const longestText = 64 * 1024;

function concatenate(values: readonly Value[]): Value {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  const texts = values.map(({ text }) => text);
  const isKnown = texts.every((text) => text !== undefined);
  if (isKnown && texts.reduce((length, text) => length + text.length, 0) <= longestText)
    return textValue(texts.join(""));
  const isEmpty = values.some((value) => value.isEmpty === false) ? false : undefined;
  return { text: undefined, isEmpty, isSet: true };
}

function expandPart(
  part: Part,
  state: ShellState,
  scope: Scope,
  walk: Walk,
  place: Place,
): { value: Value; state: ShellState } {
  switch (part.kind) {
    case "text":
      return { value: textValue(part.text), state };
    case "parameter":
      return expandParameter(part, state, scope, walk, place);
    case "output":
      return { value: outputOf(part.source, state, walk, place), state };
    case "arithmetic":
      return calculate(part.source, state, place, walk);
    case "computed": {
      let now = part.arithmetic === undefined ? state : calculate(part.arithmetic, state, place, walk).state;
      for (const inner of part.parts) now = expandPart(inner, now, scope, walk, place).state;
      return { value: unknownValue, state: now };
    }
  }
}

type Parameter = Extract<Part, { kind: "parameter" }>;

function expandParameter(
  part: Parameter,
  state: ShellState,
  scope: Scope,
  walk: Walk,
  place: Place,
): { value: Value; state: ShellState } {
  const { name, operator, argument } = part;
  const value = lookUp(name, state);
  if (argument === undefined || operator === "") return { value, state };
  const isMissing = operator.startsWith(":") ? value.isEmpty : negate(value.isSet);
  const kind = operator.replace(":", "");
  if (kind === "?" && isMissing !== false)
    throw new UncertainError(`$${name} may be missing, and then the shell gives up`, place);
  if (kind === "?") return { value, state };
  const usesArgument = kind === "+" ? negate(isMissing) : isMissing;
  if (usesArgument === false) return { value: kind === "+" ? textValue("") : value, state };
  const other = expand(argument, state, scope, walk, true);
  if (kind === "=")
    return {
      value: usesArgument ? other.value : unknownValue,
      state: assignDefault(name, usesArgument, other, place, walk),
    };
  // What the argument does counts only if it is reached.
  if (usesArgument === undefined && other.state !== state)
    throw new UncertainError("a default value that may be used has side effects", place);
  return { value: usesArgument === true ? other.value : unknownValue, state: other.state };
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function assignDefault(
  name: string,
  isMissing: boolean | undefined,
  { value, state }: Expanded,
  place: Place,
  walk: Walk,
): ShellState {
  if (name !== "TMOUT") return assignVariable(state, name, isMissing === true ? value : unknownValue, place);
  const { tmout, exportsAll } = state;
  const isInDoubt = isMissing === undefined && tmout.value.text === undefined && tmout.readonly === false;
  if (isInDoubt && tmout.doubt !== undefined) {
    // Whatever it is, it is set now; with set -a it is exported if it was set here.
    const exported = exportsAll === false || tmout.exported === true ? tmout.exported : undefined;
    const doubt = { place, reason: tmout.doubt.reason };
    return withTmout(state, { doubt, value: unknownValue, exported, by: [...tmout.by, place] });
  }
  if (isMissing === undefined) throw new UncertainError("it is not known whether TMOUT is set by then", place);
  const assigned = setTmout(state, value, place, "its value is computed there", walk);
  if (assigned === undefined) throw new UncertainError("TMOUT is readonly, and the shell gives up there", place);
  return assigned;
}

export function lookUp(name: string, state: ShellState): Value {
  if (name === "TMOUT") return state.tmout.value;
  if (name === "$" || name === "?" || name === "#" || name === "-") return someValue;
  return state.variables.get(name) ?? unknownValue;
}

/** Variables that change what a shell does with its scripts. */
const decisive: ReadonlySet<string> = new Set([
  "IFS",
  "HOME",
  "ZDOTDIR",
  "POSIXLY_CORRECT",
  "BASH_COMPAT",
  "SHELLOPTS",
  "BASHOPTS",
  "GLOBIGNORE",
  "FPATH",
  "fpath",
]);

export function assignVariable(state: ShellState, name: string, value: Value, place: Place): ShellState {
  if (decisive.has(name)) throw new UncertainError(`${name} is set, which changes how the rest is read`, place);
  return { ...state, variables: withEntry(state.variables, name, value) };
}

/** Only what the user's identity says is known of what programs print. */
function outputOf(source: string, state: ShellState, walk: Walk, place: Place): Value {
  const { shell } = walk;
  if (shell.kind === "ksh" && source.includes("TMOUT"))
    throw new UncertainError("ksh runs a substitution in its own process", place);
  const [, program = "", options = ""] =
    /^\s*(?:\/usr\/bin\/|\/bin\/)?(id|whoami)((?:[ \t]+-[a-z]+)*)\s*$/.exec(source) ?? [];
  if (program === "" || state.functions.has(program) || state.aliases.has(program)) return unknownValue;
  const asked = options.replace(/[ \t-]/g, "");
  if (program === "whoami") return asked === "" ? textValue(shell.user) : unknownValue;
  if (asked === "u" || asked === "ru" || asked === "ur") return textValue(String(shell.uid));
  if (asked === "un" || asked === "nu") return textValue(shell.user);
  return asked === "g" ? textValue(String(shell.gids[0])) : unknownValue;
}

/** Only products of plain numbers are followed, and where they are given to TMOUT. */
export function calculate(
  source: string,
  state: ShellState,
  place: Place,
  walk: Walk,
): { value: Value; state: ShellState } {
  // In zsh ${+NAME} is 1 or 0.
  const text = source.replace(/\$\{\+[^{}]*\}|\s/g, "");
  const assigned = product(/^TMOUT=([\d*]+)$/.exec(text)?.[1]);
  if (assigned !== undefined) {
    const next = setTmout(state, textValue(assigned), place, "", walk);
    if (next === undefined) throw new UncertainError("TMOUT is readonly, and the shell gives up there", place);
    return { value: textValue(assigned), state: next };
  }
  if (text.includes("TMOUT") && /\+\+|--|(?<![=!<>])=(?!=)/.test(text))
    throw new UncertainError("TMOUT is computed there", place);
  const result = product(text);
  return result === undefined
    ? { value: unknownValue, state: checkNames(text, state, place) }
    : { value: textValue(result), state };
}

function product(text: string | undefined): string | undefined {
  if (text === "0") return text;
  const factors = text?.split("*") ?? [];
  const isPlain = factors.length < 4 && factors.every((factor) => /^[1-9]\d{0,4}$/.test(factor));
  return isPlain && factors.length > 0
    ? String(factors.reduce((result, factor) => result * Number(factor), 1))
    : undefined;
}

/** The value of a variable is arithmetic again, and could assign. */
function checkNames(text: string, state: ShellState, place: Place): ShellState {
  let now = state;
  for (const [name] of text.matchAll(/[A-Za-z_]\w*/g)) {
    const value = state.variables.get(name);
    if (value !== undefined && !/^-?\d*$/.test(value.text ?? "x"))
      throw new UncertainError(`$${name} is used in a computation, and its value is not known`, place);
    if (value !== undefined) now = { ...now, variables: withEntry(now.variables, name, unknownValue) };
  }
  return now;
}

/** The list of words that a word becomes; undefined where it is not known. */
export function expandList(word: Word, state: ShellState, scope: Scope, walk: Walk): readonly string[] | undefined {
  const listed = listedByRunParts(word, state, walk);
  if (listed !== undefined) return listed;
  const pattern = plainText(word);
  if (
    pattern !== undefined &&
    word.parts.every((part) => part.kind === "text" && !part.quoted) &&
    /[*?[]/.test(pattern)
  )
    return glob(pattern, walk);
  const { value, isOneWord } = expand(word, state, scope, walk);
  return isOneWord && value.text !== undefined ? [value.text] : undefined;
}

/** As /etc/profile of Debian 13 and later lists /etc/profile.d. */
function listedByRunParts(word: Word, state: ShellState, { shell }: Walk): readonly string[] | undefined {
  const [part] = word.parts;
  if (word.parts.length !== 1 || part?.kind !== "output" || state.functions.has("run-parts")) return undefined;
  if (part.source !== String.raw`run-parts --list --regex '^[a-zA-Z0-9_][a-zA-Z0-9._-]*\.sh$' /etc/profile.d`)
    return undefined;
  const names = (shell.names("/etc/profile.d") ?? []).filter((name) => /^[a-zA-Z0-9_][a-zA-Z0-9._-]*\.sh$/.test(name));
  return names.toSorted(byBytes).map((name) => `/etc/profile.d/${name}`);
}

/** A pattern in the last part of a path only. */
function glob(pattern: string, { shell }: Walk): readonly string[] | undefined {
  const [, folder, start = "", end = ""] = /^(\/[\w/.-]+)\/([\w.-]*)\*([\w.-]*)$/.exec(pattern) ?? [];
  if (folder === undefined || shell.kind === "zsh") return undefined;
  const names = (shell.names(folder) ?? []).filter(
    (name) =>
      (start !== "" || !name.startsWith(".")) &&
      name.length >= start.length + end.length &&
      name.startsWith(start) &&
      name.endsWith(end),
  );
  return names.length === 0 ? [pattern] : names.toSorted(byBytes).map((each) => `${folder}/${each}`);
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
