/** What builtins of shells do to variables and to the course of a script: SHELL BUILTIN COMMANDS in bash(1). */
import { declareNames, unsetNames } from "./declarations.ts";
import { assignNamed, deferCode } from "./named-variables.ts";
import { calculate, expand } from "./expand.ts";
import { testStatus } from "./conditions.ts";
import { evaluateText, sourceFile } from "./other-scripts.ts";
import { plainText } from "./read-word.ts";
import {
  ambiguous,
  type Candidate,
  textValue,
  unknownValue,
  withEntry,
  type Maybe,
  type ShellState,
  type Value,
} from "./shell-state.ts";
import { UncertainError, type Invocation, type Outcome, type Scope, type Walk } from "./walk.ts";

type Builtin = (invocation: Invocation, state: ShellState, scope: Scope, walk: Walk) => Outcome;

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": succeed(true),
  true: succeed(true),
  false: succeed(false),
  test: ({ words }, state, scope, walk) => testStatus(words, state, scope, walk),
  "[": ({ words }, state, scope, walk) => testStatus(words.slice(0, -1), state, scope, walk),
  export: (invocation, ...rest) => declareNames({ exported: true }, invocation, ...rest),
  readonly: (invocation, ...rest) => declareNames({ readonly: true }, invocation, ...rest),
  declare: (invocation, ...rest) => declareNames({}, invocation, ...rest),
  typeset: (invocation, ...rest) => declareNames({}, invocation, ...rest),
  local: (invocation, ...rest) => declareNames({}, invocation, ...rest),
  integer: (invocation, ...rest) => declareNames({}, invocation, ...rest),
  float: (invocation, ...rest) => declareNames({}, invocation, ...rest),
  unset: unsetNames,
  read: ({ words, place }, state, scope, walk) => assignRead(words, state, scope, walk, place),
  printf: printTo,
  let: computeAll,
  eval: evaluateText,
  ".": sourceFile,
  source: sourceFile,
  command: (invocation, state, scope, walk) => runInner(invocation, state, scope, walk),
  builtin: (invocation, state, scope, walk) => runInner(invocation, state, scope, walk),
  return: ({ words }, state, scope, walk) => {
    scope.returned.push(runWords(words, state, scope, walk));
    return { state: undefined, status: undefined };
  },
  break: leaveLoop,
  continue: leaveLoop,
  exit: end,
  logout: end,
  exec: ({ words, place }, state) => {
    if (words.length > 0) throw new UncertainError("another program replaces the shell", place);
    return { state, status: true };
  },
  alias: defineAliases,
  unalias: removeAliases,
  trap: setTrap,
  set: setOptions,
  shopt: setBashOptions,
  setopt: notFollowed,
  unsetopt: notFollowed,
  emulate: notFollowed,
  mapfile: notFollowed,
  readarray: notFollowed,
  getopts: notFollowed,
  enable: notFollowed,
  suspend: notFollowed,
  noglob: notFollowed,
  nocorrect: notFollowed,
  "-": notFollowed,
  vared: notFollowed,
  zparseopts: notFollowed,
  nameref: notFollowed,
  autoload: autoload,
  "add-zsh-hook": ({ words, place }, state) => ({
    state: deferCode(state, plainText(words[1] ?? { parts: [], line: 0 }), place),
    status: undefined,
  }),
};

/** Programs do nothing to the shell. */
export function runBuiltin(invocation: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const builtin = Object.hasOwn(builtins, invocation.name) ? builtins[invocation.name] : undefined;
  if (builtin !== undefined) return builtin(invocation, state, scope, walk);
  return { state: runWords(invocation.words, state, scope, walk), status: undefined };
}

function succeed(status: boolean): Builtin {
  return ({ words }, state, scope, walk) => ({ state: runWords(words, state, scope, walk), status });
}

function runWords(words: Invocation["words"], state: ShellState, scope: Scope, walk: Walk): ShellState {
  return words.reduce((now, word) => expand(word, now, scope, walk).state, state);
}

function notFollowed({ name, place }: Invocation): never {
  throw new UncertainError(`the effect of ${name} is not known`, place);
}

/** The shell has no prompt then; what is told is about one that comes to its prompt. */
function end({ place }: Invocation, _state: ShellState, _scope: Scope, walk: Walk): Outcome {
  walk.ends.push(place);
  return { state: undefined, status: undefined };
}

function leaveLoop({ words, place }: Invocation, state: ShellState, { broken }: Scope): Outcome {
  const [count] = words;
  if (broken === undefined || (count !== undefined && plainText(count) !== "1"))
    throw new UncertainError("it leaves more than one loop", place);
  broken.push(state);
  return { state: undefined, status: undefined };
}

/** `command` and `builtin` pass over functions. */
function runInner({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const [first, ...rest] = words;
  const name = first === undefined ? undefined : plainText(first);
  if (first === undefined || name === "-v" || name === "-V")
    return { state: runWords(words, state, scope, walk), status: undefined };
  if (name === undefined || name.startsWith("-")) throw new UncertainError("a command is computed", place);
  return runBuiltin({ name, words: rest, place }, state, scope, walk);
}

/** What is read comes from the terminal, or from wherever the input comes. */
function assignRead(
  words: Invocation["words"],
  state: ShellState,
  scope: Scope,
  walk: Walk,
  place: Invocation["place"],
): Outcome {
  let now = state;
  for (const word of words) {
    const { value, state: next } = expand(word, now, scope, walk);
    if (value.text === undefined) throw new UncertainError("it is not known which variable is read", place);
    now = /^[A-Za-z_]\w*$/.test(value.text)
      ? assignNamed(next, value.text, unknownValue, "its value is read there", place, walk).state
      : next;
  }
  return { state: now, status: undefined };
}

function printTo({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const [option, name, format, argument] = words;
  const now = runWords(words, state, scope, walk);
  if (option === undefined || plainText(option) !== "-v") return { state: now, status: undefined };
  const target = name === undefined ? undefined : plainText(name);
  if (target === undefined || format === undefined)
    throw new UncertainError("it is not known which variable is set", place);
  const value = printed(plainText(format), argument && expand(argument, now, scope, walk).value, words.length);
  return assignNamed(now, target, value, "its value is computed there", place, walk);
}

/** Only what comes out as it went in is followed. */
function printed(format: string | undefined, argument: Value | undefined, count: number): Value {
  if (format === undefined) return unknownValue;
  if (count === 3) return /[%\\]/.test(format) ? unknownValue : textValue(format);
  const isPlain = format === "%s" || (format === "%d" && /^(?:0|[1-9]\d{0,8})$/.test(argument?.text ?? ""));
  return isPlain && count === 4 && argument?.text !== undefined ? textValue(argument.text) : unknownValue;
}

function computeAll({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  let now = state;
  for (const word of words) {
    const { value, state: next } = expand(word, now, scope, walk);
    if (value.text === undefined) throw new UncertainError("what is computed is not known", place);
    now = calculate(value.text, next, place, walk).state;
  }
  return { state: now, status: undefined };
}

/** Words that an alias may take the place of, and that the reader relies on. */
const reserved =
  /^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|in|function|select|time|coproc|[{}!]|\[\[|\]\])$/;

function defineAliases({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  let now = state;
  for (const word of words) {
    const { value, state: next } = expand(word, now, scope, walk, true);
    const start =
      word.parts[0]?.kind === "text"
        ? word.parts.map((part) => (part.kind === "text" ? part.text : "\0")).join("")
        : "";
    const [, name] = /^([^=\0]+)=/.exec(start) ?? [];
    if (name === undefined && /^-[gs]/.test(start))
      throw new UncertainError("a zsh alias may stand for any word", place);
    if (name === undefined && value.text === undefined) throw new UncertainError("an alias is computed", place);
    if (name !== undefined && reserved.test(name)) throw new UncertainError(`the word ${name} is an alias`, place);
    now =
      name === undefined
        ? next
        : {
            ...next,
            aliases: withEntry(
              next.aliases,
              name,
              value.text === undefined ? ambiguous : value.text.slice(name.length + 1).trimEnd(),
            ),
          };
  }
  return { state: now, status: undefined };
}

/** A command that was read before may hold it still. */
function removeAliases(_invocation: Invocation, state: ShellState): Outcome {
  const aliases = new Map([...state.aliases.keys()].map((name) => [name, ambiguous] as const));
  return { state: { ...state, aliases }, status: undefined };
}

/** Signals that do not come before the prompt, and the end of the shell. */
const late = /^(?:EXIT|0|(?:SIG)?(?:HUP|INT|QUIT|TERM|PIPE|TSTP|TTIN|TTOU|USR1|USR2|CONT)|\d+)$/;

function setTrap({ words, place }: Invocation, state: ShellState): Outcome {
  const [code, ...signals] = words.map((word) => plainText(word));
  const isOnlyLate = signals.every((signal) => signal !== undefined && late.test(signal));
  const isOnlyReset = code === "-" || code === "" || code === "-p" || code === "-l" || words.length < 2;
  if (isOnlyReset || isOnlyLate) return { state, status: undefined };
  return { state: deferCode(state, code, place), status: undefined };
}

const harmlessLetters = /^[-+][eEvxhmbBCHTP]+$/;
const harmlessOptions =
  /^(?:errexit|errtrace|functrace|emacs|vi|vi-tabcomplete|histexpand|history|ignoreeof|monitor|notify|noclobber|verbose|xtrace|hashall|physical|bgnice|markdirs|trackall|nolog|globstar)$/;

function setOptions({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  let exportsAll: Maybe = state.exportsAll;
  const texts = words.map((word) => plainText(word));
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index];
    if (text === undefined) throw new UncertainError("an option is computed", place);
    const isLong = text === "-o" || text === "+o";
    const option = isLong ? texts[(index += 1)] : text;
    if (text === "--" || !/^[-+]/.test(text) || (isLong && option === undefined)) break;
    if (option === "-a" || option === "+a" || option === "allexport") exportsAll = text.startsWith("-");
    else if (!(isLong ? harmlessOptions : harmlessLetters).test(option ?? ""))
      throw new UncertainError(`the option ${option ?? ""} is not followed`, place);
  }
  return { state: { ...runWords(words, state, scope, walk), exportsAll }, status: undefined };
}

const harmlessBashOptions =
  /^(?:-[suqp]+|histappend|checkwinsize|cmdhist|globstar|autocd|cdspell|dirspell|cdable_vars|no_empty_cmd_completion|hostcomplete|lithist|histverify|histreedit|progcomp|progcomp_alias|promptvars|checkhash|checkjobs|huponexit|mailwarn|direxpand|complete_fullquote|force_fignore|gnu_errfmt|globasciiranges|xpg_echo|interactive_comments|extglob)$/;

function setBashOptions({ words, place }: Invocation, state: ShellState): Outcome {
  const texts = words.map((word) => plainText(word));
  const asks =
    texts.some((text) => text !== undefined && /^-[oqp]+$/.test(text)) &&
    !texts.some((text) => text === "-s" || text === "-u");
  const foreign = texts.find((text) => text === undefined || !harmlessBashOptions.test(text));
  if (!asks && texts.some((text) => text === undefined || !harmlessBashOptions.test(text)))
    throw new UncertainError(`the option ${foreign ?? "that is computed"} is not followed`, place);
  return { state, status: undefined };
}

/** Functions of zsh's own, which set no limit. */
const zshFunctions = /^(?:-\w+|compinit|bashcompinit|colors|promptinit|add-zsh-hook|is-at-least|zmv|run-help)$/;

function autoload({ words }: Invocation, state: ShellState): Outcome {
  const names = words.flatMap((word) => plainText(word) ?? []).filter((name) => !zshFunctions.test(name));
  const functions = new Map([
    ...state.functions,
    ...names.map((name): [string, readonly Candidate[]] => [name, ["unknown"]]),
  ]);
  return { state: { ...state, functions }, status: undefined };
}
