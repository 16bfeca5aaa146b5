/**
 * This room follows startup files without running them: what their commands would make of TMOUT. Where a condition is not known,
 * both branches are followed; where anything could happen, it throws an UncertainError. Its judge in the tests is a real bash.
 */
import { assignVariable, calculate, expand, expandList, runExpansions } from "./expand.ts";
import { followSimple, rejectAlias } from "./simple-command.ts";
import { conditionalStatus, matches } from "./conditions.ts";
import { join, meet, textValue, withEntry, type Doubt, type ShellState } from "./shell-state.ts";
import type { Command } from "./syntax.ts";
import { countStep, setTmout, UncertainError, type Outcome, type Scope, type Walk } from "./walk.ts";

/** @throws UncertainError */
export function follow(command: Command, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const place = { path: scope.path, line: "line" in command ? command.line : 0 };
  countStep(walk, state, place);
  const go = (next: Command, from = state) => follow(next, from, scope, walk);
  switch (command.kind) {
    case "simple":
      return followSimple(command, state, scope, walk);
    case "sequence":
      return followAll(command.commands, state, go);
    case "chain":
      return followChain(command, go, doubtAt(place));
    case "not": {
      const { state: next, status } = go(command.command);
      return { state: next, status: status === undefined ? undefined : !status };
    }
    case "pipeline":
      return followPipeline(command, state, go, walk, place);
    case "apart":
      return followApart(command.source, state, walk, place);
    case "if":
      return followIf(command, go, doubtAt(place));
    case "while":
      return followWhile(command, state, scope, walk);
    case "for":
      return { state: followFor(command, state, scope, walk), status: undefined };
    case "case":
      return followCase(command, state, scope, walk);
    case "function":
      return { state: define(command, state, scope), status: true };
    case "arithmetic":
      return { state: calculate(command.source, state, place, walk).state, status: undefined };
    case "conditional":
      return conditionalStatus(command.words, state, scope, walk);
    case "redirected":
      return followRedirected(command, state, scope, walk);
    case "unreadable":
      throw new UncertainError(command.reason, place);
  }
}

function doubtAt(place: Doubt["place"]): Doubt {
  return { place, reason: "it depends on a condition" };
}

type Go = (command: Command, from?: ShellState) => Outcome;

function followAll(commands: readonly Command[], state: ShellState, go: Go): Outcome {
  let outcome: Outcome = { state, status: true };
  for (const command of commands) {
    if (outcome.state === undefined) break;
    outcome = go(command, outcome.state);
  }
  return outcome;
}

type CommandOf<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;

function followChain({ first, operator, second }: CommandOf<"chain">, go: Go, doubt: Doubt): Outcome {
  const before = go(first);
  if (before.state === undefined) return before;
  const wanted = operator === "&&";
  if (before.status === !wanted) return before;
  const after = go(second, before.state);
  if (before.status === wanted) return after;
  const state = meet(before.state, after.state, doubt);
  return { state, status: after.status === !wanted ? !wanted : undefined };
}

function followIf({ condition, body, otherwise }: CommandOf<"if">, go: Go, doubt: Doubt): Outcome {
  const { state, status } = go(condition);
  if (state === undefined) return { state, status };
  const positive = () => go(body, state);
  const negative = () => (otherwise === undefined ? { state, status: true } : go(otherwise, state));
  if (status !== undefined) return status ? positive() : negative();
  return { state: meet(positive().state, negative().state, doubt), status: undefined };
}

/** All commands of a pipeline have their own processes; in zsh and ksh93 not the last. */
function followPipeline(
  { commands, source }: CommandOf<"pipeline">,
  state: ShellState,
  go: Go,
  walk: Walk,
  place: Doubt["place"],
): Outcome {
  const { kind } = walk.shell;
  const last = commands.at(-1);
  const outcome = followApart(source, state, walk, place);
  return (kind === "zsh" || kind === "ksh") && last !== undefined
    ? { state: go(last).state, status: undefined }
    : outcome;
}

/** ksh93 runs subshells in its own process, and does not keep everything apart. */
function followApart(source: string, state: ShellState, { shell }: Walk, place: Doubt["place"]): Outcome {
  if (shell.kind === "ksh" && source.includes("TMOUT"))
    throw new UncertainError("ksh runs a subshell in its own process", place);
  // A subshell of bash whose assignment fails goes on with the input of its parent, which is then without it.
  if (state.tmout.readonly !== false && (state.functions.size > 0 || mayAssign.test(source)))
    throw new UncertainError("a subshell may fail to set the readonly TMOUT, and take the rest of the script", place);
  return { state, status: undefined };
}

/** By itself, or by what it reads or evaluates. */
const mayAssign = /TMOUT|\b(?:eval|source)\b|(?:^|[\s;&|({])\.\s/;

/** What a redirection that may fail leaves undone. */
function followRedirected(
  { command, targets, line }: CommandOf<"redirected">,
  state: ShellState,
  scope: Scope,
  walk: Walk,
): Outcome {
  let before = state;
  let isCertain = true;
  for (const target of targets) {
    const { value, state: next } = expand(target, before, scope, walk);
    before = next;
    isCertain &&= /^(?:\/dev\/null|\d+|-)?$/.test(value.text ?? "?");
  }
  const outcome = follow(command, before, scope, walk);
  if (isCertain) return outcome;
  const doubt = { place: { path: scope.path, line }, reason: "it depends on a redirection" };
  return { state: meet(before, outcome.state, doubt), status: undefined };
}

function define({ name, body, line }: CommandOf<"function">, state: ShellState, { path }: Scope): ShellState {
  rejectAlias(name, state, { path, line });
  if (/^TRAP[A-Z]/.test(name)) throw new UncertainError(`${name} is a trap`, { path, line });
  const isHook = ["precmd", "preexec", "chpwd", "periodic"].includes(name);
  const deferred = isHook ? [...state.deferred, { source: name, place: { path, line } }] : state.deferred;
  return { ...state, deferred, functions: withEntry(state.functions, name, [{ body, path }]) };
}

function followWhile(
  { condition, body, line }: CommandOf<"while">,
  state: ShellState,
  scope: Scope,
  walk: Walk,
): Outcome {
  const first = follow(condition, state, { ...scope, broken: [] }, walk);
  if (first.status === false) return { state: first.state, status: undefined };
  const doubt = doubtAt({ path: scope.path, line });
  return { state: followLoop([condition, body], state, scope, walk, doubt), status: undefined };
}

/** Turns of a loop of which nobody knows how many there are, until another one changes nothing more. */
function followLoop(
  turn: readonly Command[],
  state: ShellState,
  scope: Scope,
  walk: Walk,
  doubt: Doubt,
): ShellState | undefined {
  let before: ShellState = state;
  for (let turns = 0; turns < 4; turns += 1) {
    const broken: ShellState[] = [];
    const inside = { ...scope, broken };
    let after: ShellState | undefined = before;
    for (const command of turn) if (after !== undefined) ({ state: after } = follow(command, after, inside, walk));
    const next: ShellState = [after, ...broken].reduce<ShellState>(
      (all, each) => (each === undefined ? all : join(all, each, doubt)),
      before,
    );
    if (isSettled(before, next)) return next;
    before = next;
  }
  throw new UncertainError("a loop is not followed to its end", doubt.place);
}

function isSettled(before: ShellState, after: ShellState): boolean {
  const essence = ({ tmout: { value, readonly, exported }, exportsAll, variables, deferred }: ShellState) =>
    JSON.stringify([value, readonly, exported, exportsAll, deferred, [...variables]].map((each) => each ?? "unknown"));
  return (
    essence(before) === essence(after) &&
    before.functions.size === after.functions.size &&
    before.aliases.size === after.aliases.size
  );
}

function followFor(command: CommandOf<"for">, state: ShellState, scope: Scope, walk: Walk): ShellState | undefined {
  const { name, words, body, line } = command;
  const doubt = { place: { path: scope.path, line }, reason: "it depends on a loop" };
  let before = state;
  for (const word of words ?? []) before = runExpansions(word, before, scope, walk);
  const lists = (words ?? []).map((word) => expandList(word, before, scope, walk));
  const isKnown = words !== undefined && lists.every((list) => list !== undefined);
  if (!isKnown)
    return followLoop(
      [{ kind: "simple", assignments: [{ name, isPlain: false, value: { parts: [], line } }], words: [], line }, body],
      before,
      scope,
      walk,
      doubt,
    );
  let now: ShellState | undefined = before;
  const left: ShellState[] = [];
  for (const text of lists.flat()) {
    if (now === undefined) break;
    const broken: ShellState[] = [];
    const turn: ShellState = bind(now, name, text, doubt, walk);
    now = follow(body, turn, { ...scope, broken }, walk).state;
    // Where a loop was left, or went on with the next turn, is not told apart.
    if (broken.length > 0) {
      now = broken.reduce<ShellState | undefined>((all, each) => meet(all, each, doubt), now);
      if (now !== undefined) left.push(now);
    }
  }
  return left.reduce<ShellState | undefined>((all, each) => meet(all, each, doubt), now);
}

function bind(state: ShellState, name: string, text: string, { place }: Doubt, walk: Walk): ShellState {
  if (name !== "TMOUT") return assignVariable(state, name, textValue(text), place);
  const next = setTmout(state, textValue(text), place, "", walk);
  if (next === undefined) throw new UncertainError("TMOUT is readonly, and the shell gives up there", place);
  return next;
}

function followCase({ word, clauses, line }: CommandOf<"case">, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const place = { path: scope.path, line };
  const subject = expand(word, state, scope, walk, true);
  let rest: ShellState | undefined = subject.state;
  let result: ShellState | undefined;
  for (const { patterns, body, isPlain } of clauses) {
    if (rest === undefined) break;
    const known = new Set(patterns.map((pattern) => matches(word, subject.value, pattern, subject.state, scope, walk)));
    const isMet = known.has(true) ? true : known.has(undefined) ? undefined : false;
    if (isMet === false) continue;
    if (!isPlain) throw new UncertainError("a clause of a case falls through to the next", place);
    result = meet(result, follow(body, rest, scope, walk).state, doubtAt(place));
    if (isMet === true) rest = undefined;
  }
  return { state: meet(result, rest, doubtAt(place)), status: undefined };
}
