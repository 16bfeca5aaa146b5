/** test(1), [ ] and [[ ]]: whether a condition holds, as far as it is known at a login on a terminal. */
import { calculate, expand, lookUp, type Expanded } from "./expand.ts";
import { bareText } from "./read-word.ts";
import { textValue, type Maybe, type ShellState, type Value } from "./shell-state.ts";
import type { Part, Word } from "./syntax.ts";
import type { LoginShell, Outcome, Scope, Walk } from "./walk.ts";

/** @param words - behind `test` or between brackets. */
export function testStatus(words: readonly Word[], state: ShellState, scope: Scope, walk: Walk): Outcome {
  let now = state;
  const operands = words.map((word) => {
    const expanded = expand(word, now, scope, walk);
    now = expanded.state;
    return expanded;
  });
  return { state: now, status: evaluate(operands, now, walk.shell) };
}

export function conditionalStatus(words: readonly Word[], state: ShellState, scope: Scope, walk: Walk): Outcome {
  let now = state;
  const operands = words.map((word) => {
    const expanded = expand(word, now, scope, walk, true);
    now = expanded.state;
    return { ...expanded, isOneWord: true };
  });
  const bare = words.map((word) => bareText(word) ?? "");
  // The operands of -eq and the like are arithmetic there, which can assign.
  const place = { path: scope.path, line: words[0]?.line ?? 0 };
  if (bare.some((text) => /^-(?:eq|ne|lt|le|gt|ge)$/.test(text)))
    for (const { value } of operands) now = calculate(value.text ?? "", now, place, walk).state;
  if (bare.some((text, index) => /^(?:&&|\|\||=~|[<>]|[()].*)$/.test(text) || (text === "!" && index > 0)))
    return { state: now, status: undefined };
  const [left, operator, right] = words;
  const isPattern = words.length === 3 && left !== undefined && right !== undefined && operator !== undefined;
  const sign = isPattern ? bareText(operator) : undefined;
  if (left !== undefined && right !== undefined && (sign === "=" || sign === "==" || sign === "!=")) {
    const isEqual = matches(left, operands[0]?.value ?? textValue(""), right, now, scope, walk);
    return { state: now, status: sign === "!=" && isEqual !== undefined ? !isEqual : isEqual };
  }
  return { state: now, status: evaluate(operands, now, walk.shell) };
}

function evaluate(operands: readonly Expanded[], state: ShellState, shell: LoginShell): Maybe {
  const [first, second, third, fourth] = operands;
  if (first === undefined) return false;
  if (operands.length > 1 && first.value.text === "!" && first.isOneWord) {
    const rest = evaluate(operands.slice(1), state, shell);
    return rest === undefined ? undefined : !rest;
  }
  if (second === undefined)
    return first.isOneWord && first.value.isEmpty !== undefined ? !first.value.isEmpty : undefined;
  if (third === undefined) return unary(first.value.text, second, state, shell);
  if (fourth !== undefined || !operands.every(({ isOneWord }) => isOneWord)) return undefined;
  return binary(first.value, second.value.text, third.value, shell);
}

function unary(
  operator: string | undefined,
  { value, isOneWord }: Expanded,
  state: ShellState,
  shell: LoginShell,
): Maybe {
  // Split into several words, or into none, it is another test.
  if (operator === "-z" && value.isEmpty === false) return false;
  if (!isOneWord) return undefined;
  if (operator === "-z") return value.isEmpty;
  if (operator === "-n") return value.isEmpty === undefined ? undefined : !value.isEmpty;
  if (value.text === undefined || operator === undefined) return undefined;
  if (operator === "-v")
    return shell.kind === "bash" && /^\w+$/.test(value.text) ? lookUp(value.text, state).isSet : undefined;
  return fileTest(operator, value.text, shell);
}

/** Files that are there for nobody but root are not known to be there. */
function fileTest(operator: string, path: string, { read, names }: LoginShell): Maybe {
  if (!path.startsWith("/") || !/^-[edfrs]$/.test(operator)) return undefined;
  if (names(path) !== undefined)
    return operator === "-e" || operator === "-d" ? true : operator === "-f" ? false : undefined;
  const file = read(path);
  if (file.kind === "absent") return false;
  if (file.kind === "unreadable" && file.isRefused === true) return operator === "-r" ? false : undefined;
  if (file.kind !== "read") return undefined;
  return operator === "-d" ? false : operator === "-s" ? file.text !== "" : true;
}

function binary(left: Value, operator: string | undefined, right: Value, shell: LoginShell): Maybe {
  const isEqual = equal(left, right);
  if (operator === "=" || (operator === "==" && shell.kind === "bash")) return isEqual;
  if (operator === "!=") return isEqual === undefined ? undefined : !isEqual;
  const compare = comparisons[operator ?? ""];
  const isNumber = (text: string | undefined) => text !== undefined && /^\d{1,9}$/.test(text);
  return compare === undefined || !isNumber(left.text) || !isNumber(right.text)
    ? undefined
    : compare(Number(left.text), Number(right.text));
}

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "-eq": (left, right) => left === right,
  "-ne": (left, right) => left !== right,
  "-lt": (left, right) => left < right,
  "-le": (left, right) => left <= right,
  "-gt": (left, right) => left > right,
  "-ge": (left, right) => left >= right,
};

function equal(left: Value, right: Value): Maybe {
  if (left.text !== undefined && right.text !== undefined) return left.text === right.text;
  return left.isEmpty !== undefined && right.isEmpty !== undefined && left.isEmpty !== right.isEmpty
    ? false
    : undefined;
}

/** Whether a word fits a pattern; that of $- are the options of an interactive shell. */
export function matches(
  word: Word,
  { text, isEmpty }: Value,
  pattern: Word,
  state: ShellState,
  scope: Scope,
  walk: Walk,
): Maybe {
  const source = pattern.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  const isText = pattern.parts.every((part) => part.kind === "text");
  if (isText && isOptions(word.parts) && /^\*i\*$/.test(source)) return true;
  if (bareText(pattern) === "*") return true;
  const isPlain = pattern.parts.every((part) => part.kind !== "text" || part.quoted || !/[*?[\\]/.test(part.text));
  if (isPlain) return equal({ text, isEmpty, isSet: true }, expand(pattern, state, scope, walk, true).value);
  const [, start, end] = /^([^*?[\\]*)\*([^*?[\\]*)$/s.exec(source) ?? [];
  if (text === undefined || !isText || start === undefined || end === undefined) return undefined;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

function isOptions(parts: readonly Part[]): boolean {
  const [part, ...others] = parts.filter((each) => each.kind !== "text" || each.text !== "");
  return others.length === 0 && part?.kind === "parameter" && part.name === "-" && part.operator === "";
}
