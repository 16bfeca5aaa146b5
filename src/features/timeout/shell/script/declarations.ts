/** export, readonly, declare and unset. */
import { expand, isSpread } from "./expand.ts";
import { assignNamed } from "./named-variables.ts";
import { textValue, unknownValue, unsetValue, type ShellState, type Value } from "./shell-state.ts";
import type { Word } from "./syntax.ts";
import {
  markTmout,
  setTmout,
  UncertainError,
  type Invocation,
  type Outcome,
  withTmout,
  type Scope,
  type Walk,
} from "./walk.ts";

interface Marks {
  readonly?: boolean;
  exported?: boolean;
  isInteger?: boolean;
}

/** A word of a declaration: NAME, NAME=VALUE, or an option. */
interface Declared {
  option?: string;
  name?: string;
  value?: Value;
  isPlain?: boolean;
}

export function declareNames(own: Marks, invocation: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const { words, name: builtin, place } = invocation;
  let now = state;
  const declared: Declared[] = [];
  for (const word of words) {
    const { value, state: next, isOneWord } = expand(word, now, scope, walk, true);
    now = next;
    declared.push(readDeclared(word, value, isOneWord, invocation));
  }
  const options = declared.map(({ option }) => option ?? "").join("");
  if (/[fFp]/.test(options)) return { state: now, status: undefined };
  // What refers to another variable, or computes what it is given, could mean TMOUT.
  const isOwn = declared.every(({ name }) => name === undefined || name === "TMOUT");
  if (!isOwn && (/i/.test(options) || builtin === "integer" || (builtin !== "export" && /n/.test(options))))
    throw new UncertainError("a variable is declared that may mean another one", place);
  const marks = { ...own, ...marksOf(options, builtin) };
  let status: boolean | undefined = true;
  for (const each of declared) {
    if (each.name === undefined) continue;
    if (each.name === "TMOUT") rejectOtherVariable(options, invocation, scope, walk);
    scope.locals?.push(each.name);
    const outcome = declareOne(each, marks, now, invocation, walk);
    now = outcome.state;
    if (outcome.status === false) status = false;
  }
  return { state: now, status: declared.some(({ name }) => name === "TMOUT") ? status : undefined };
}

function declareOne(
  { name = "", value, isPlain }: Declared,
  marks: Marks,
  state: ShellState,
  { place, name: builtin }: Invocation,
  walk: Walk,
): Outcome & { state: ShellState } {
  let now = name === "TMOUT" && marks.isInteger === true ? withTmout(state, { isInteger: true }) : state;
  if (value !== undefined) {
    const outcome = assignNamed(
      now,
      name,
      isPlain === true ? value : unknownValue,
      "its value is computed there",
      place,
      walk,
    );
    // bash exports what it could not change, if it was `export` that could not.
    const isExported = builtin === "export" && marks.exported === true;
    if (outcome.status === false)
      return { state: isExported ? withTmout(state, { exported: true }) : state, status: false };
    now = outcome.state;
  }
  if (name !== "TMOUT") return { state: now, status: undefined };
  // readonly cannot be taken back.
  if (marks.readonly === false && now.tmout.readonly !== false) return { state, status: false };
  const { isInteger: _, ...attributes } = marks;
  return { state: markTmout(now, attributes, place, walk), status: true };
}

function readDeclared(word: Word, value: Value, isOneWord: boolean, { place }: Invocation): Declared {
  const spreads = word.parts.some((part) => part.kind === "text" && !part.quoted && isSpread(part.text));
  const known = spreads ? "" : knownStart(word);
  const [, name, operator] = /^([A-Za-z_]\w*)(\[[^\]]*\]\+?=|\+=|=)/.exec(known) ?? [];
  if (name !== undefined && operator !== undefined) {
    const given = value.text === undefined ? unknownValue : textValue(value.text.slice(name.length + operator.length));
    // What the value begins with is a path, where it is a home.
    return { name, value: given.text?.startsWith("~") === true ? unknownValue : given, isPlain: operator === "=" };
  }
  if (value.text === undefined || !isOneWord || spreads || /[=[]/.test(value.text))
    throw new UncertainError("it is not known which variable is declared", place);
  if (/^[-+]/.test(value.text)) return { option: value.text };
  return /^[A-Za-z_]\w*$/.test(value.text) ? { name: value.text } : {};
}

/** The text of a word up to what is not known. */
function knownStart({ parts }: Word): string {
  const end = parts.findIndex(({ kind }) => kind !== "text");
  return parts
    .slice(0, end < 0 ? undefined : end)
    .map((part) => (part.kind === "text" ? part.text : ""))
    .join("");
}

function marksOf(options: string, builtin: string): Marks {
  const switched = (letter: string) => {
    const last = [...options.matchAll(/([-+])(\w*)/g)].findLast(([, , letters = ""]) => letters.includes(letter));
    return last === undefined ? undefined : last[1] === "-";
  };
  const [readonly, exported, isInteger] = [
    switched("r"),
    switched("x"),
    switched("i") ?? (builtin === "integer" ? true : undefined),
  ];
  const isTakenBack = builtin === "export" && switched("n") === true;
  return {
    ...(readonly === undefined || builtin === "export" ? {} : { readonly }),
    ...(exported === undefined || builtin === "readonly" ? {} : { exported }),
    ...(isTakenBack ? { exported: false } : {}),
    ...(isInteger === undefined ? {} : { isInteger }),
  };
}

/** A variable of the same name in a function is another one, and so may be one that only refers to it. */
function rejectOtherVariable(
  options: string,
  { name: builtin, place }: Invocation,
  { locals }: Scope,
  { shell }: Walk,
): void {
  const isGlobal =
    shell.kind === "bash"
      ? builtin === "export" || builtin === "readonly" || /-\w*g/.test(options)
      : builtin === "export";
  if (builtin === "local" || (locals !== undefined && !isGlobal))
    throw new UncertainError("TMOUT is declared inside a function", place);
  const isExportN = builtin === "export" && /-\w*n/.test(options);
  if (!isExportN && /[-+]\w*[aAnulctILRZEFHhTU]/.test(options))
    throw new UncertainError("TMOUT is declared as something other than a number", place);
}

export function unsetNames({ words, place }: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  let now = state;
  let isFunction = false;
  for (const word of words) {
    const { value, state: next } = expand(word, now, scope, walk);
    now = next;
    if (value.text === undefined) throw new UncertainError("it is not known what is unset", place);
    if (value.text.startsWith("-")) isFunction = value.text.includes("f");
    else if (isFunction)
      now = { ...now, functions: new Map([...now.functions].filter(([name]) => name !== value.text)) };
    else now = unsetOne(value.text, now, place, walk);
  }
  return { state: now, status: undefined };
}

function unsetOne(name: string, state: ShellState, place: Invocation["place"], walk: Walk): ShellState {
  // Without an option a function of that name goes where there is no such variable.
  const functions = new Map([...state.functions].filter(([each]) => each !== name));
  if (name !== "TMOUT") return { ...state, functions, variables: new Map(state.variables).set(name, unsetValue) };
  if (walk.shell.kind !== "bash")
    throw new UncertainError("TMOUT is unset, and may be another variable afterwards", place);
  const next = setTmout(state, unsetValue, place, "", walk);
  return next === undefined
    ? state
    : withTmout(next, { value: unsetValue, doubt: undefined, exported: false, isInteger: false });
}
