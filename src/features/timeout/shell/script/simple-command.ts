/** A simple command: assignments, functions, aliases, builtins, programs. SIMPLE COMMAND EXPANSION in bash(1). */
import { builtins, runBuiltin } from "./builtins.ts";
import { calculate, expand } from "./expand.ts";
import { bareText } from "./read-word.ts";
import { assignOther } from "./named-variables.ts";
import {
  ambiguous,
  meetAll,
  unknownValue,
  withEntry,
  type Place,
  type ShellFunction,
  type ShellState,
} from "./shell-state.ts";
import type { Simple, Word } from "./syntax.ts";
import {
  setTmout,
  deeper,
  UncertainError,
  withTmout,
  type Invocation,
  type Outcome,
  type Scope,
  type Walk,
} from "./walk.ts";

export function followSimple(command: Simple, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const { words, assignments, line } = command;
  const place = { path: scope.path, line };
  const [first, ...rest] = words;
  if (first === undefined) return assignAll(assignments, state, scope, walk, place);
  // These are for the command alone; even where they are TMOUT they are gone afterwards.
  let before = state;
  for (const { value } of assignments) before = expand(value, before, scope, walk, true).state;
  const name = expand(first, before, scope, walk);
  if (name.value.text === undefined || !name.isOneWord) throw new UncertainError("a command is computed", place);
  const invocation = { name: name.value.text, words: rest, place };
  const isBare = bareText(first) !== undefined;
  if (assignments.length > 0 && mayUseVariables(invocation.name, name.state)) {
    if (assignments.some(({ name: own }) => own === "TMOUT"))
      throw new UncertainError("TMOUT is set for one command that may read or keep it", place);
    const without = assignments.reduce((now, own) => forget(now, own.name), name.state);
    return runCommand(invocation, isBare, without, scope, walk);
  }
  return runCommand(invocation, isBare, name.state, scope, walk);
}

/**
 * Functions, and builtins that read variables or assign to them, see what is assigned for them alone; and after the special builtins
 * of POSIX (Shell Command Language, 2.14) some shells keep it.
 */
function mayUseVariables(name: string, state: ShellState): boolean {
  return state.functions.has(name) || usersOfVariables.test(name);
}

const usersOfVariables =
  /^(?:[:.]|break|builtin|command|continue|declare|eval|exec|exit|export|float|integer|let|local|readonly|return|set|shift|source|times|trap|typeset|unset)$/;

function assignAll(
  assignments: Simple["assignments"],
  state: ShellState,
  scope: Scope,
  walk: Walk,
  place: Place,
): Outcome {
  let now = state;
  for (const { name, value, isPlain, subscript } of assignments) {
    if (subscript !== undefined) now = calculate(subscript, now, place, walk).state;
    const expanded = expand(value, now, scope, walk, true);
    now = expanded.state;
    const given = isPlain ? expanded.value : unknownValue;
    if (name !== "TMOUT") now = assignOther(now, name, isPlain ? given : { ...given, text: listText(value) }, place);
    else {
      const next = setTmout(now, given, place, "its value is computed there", walk);
      if (next === undefined) return giveUp(now, scope, walk, place);
      now = isPlain ? next : withTmout(next, { isInteger: true });
    }
  }
  return { state: now, status: true };
}

/** (a b): commands of their own, where it is a list of those that run before a prompt. */
function listText({ parts }: Word): string | undefined {
  const [list] = parts;
  if (list?.kind !== "computed" || parts.length !== 1) return undefined;
  return list.parts.every((part) => part.kind === "text") ? list.parts.map((part) => part.text).join("\n") : undefined;
}

/** bash gives up the whole command that it has read, and goes on with the next; others end, or leave the file. */
function giveUp(state: ShellState, scope: Scope, walk: Walk, place: Place): Outcome {
  if (walk.shell.kind !== "bash" || walk.shell.path.endsWith("/sh"))
    throw new UncertainError("TMOUT is readonly by then, and the shell gives up there", place);
  scope.abandoned.push(state);
  return { state: undefined, status: false };
}

function runCommand(invocation: Invocation, isBare: boolean, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const { name, place } = invocation;
  if (isBare) rejectAlias(name, state, place);
  const candidates = state.functions.get(name) ?? ["none"];
  const outcomes = candidates.map((candidate) => {
    if (candidate === "unknown") throw new UncertainError(`${name} is a function that is not followed`, place);
    return candidate === "none"
      ? runBuiltin(invocation, state, scope, walk)
      : callFunction(candidate, invocation, state, scope, walk);
  });
  const [only] = outcomes;
  if (only !== undefined && outcomes.length === 1) return only;
  return {
    state: meetAll(
      outcomes.map((outcome) => outcome.state),
      place,
    ),
    status: undefined,
  };
}

/**
 * A shell puts an alias in when it reads a command, perhaps long before it runs it. So only those are followed that make no
 * difference: a program with its options for a program.
 */
export function rejectAlias(name: string, state: ShellState, place: Place): void {
  const alias = state.aliases.get(name);
  if (alias === undefined) return;
  const program = alias === ambiguous ? undefined : /^([\w./-]+)(?: [\w./=-]+)*$/.exec(alias)?.[1];
  const isProgram = (each: string) => !state.functions.has(each) && !Object.hasOwn(builtins, each);
  const isHarmless =
    program !== undefined && isProgram(name) && isProgram(program) && (program === name || !state.aliases.has(program));
  if (!isHarmless) throw new UncertainError(`${name} is an alias`, place);
}

function callFunction(
  { body, path }: ShellFunction,
  { words, place }: Invocation,
  state: ShellState,
  scope: Scope,
  walk: Walk,
): Outcome {
  let now = state;
  for (const word of words) now = expand(word, now, scope, walk).state;
  const locals: string[] = [];
  const inner: Scope = { ...scope, path, locals, returned: [], broken: undefined };
  const start = now;
  const { state: last } = deeper(walk, place, 0, () => walk.follow(body, start, inner, walk));
  const after = meetAll([last, ...inner.returned], place);
  return { state: after && locals.reduce(forget, after), status: undefined };
}

/** What such a variable holds from then on is not followed: one of a function's own is gone, and what was there before is there again. */
function forget(state: ShellState, name: string): ShellState {
  return { ...state, variables: withEntry(state.variables, name, unknownValue) };
}
