/** Variables that a builtin sets by their name, and code that a shell runs by itself. */
import { assignVariable } from "./expand.ts";
import type { Place, ShellState, Value } from "./shell-state.ts";
import { setTmout, standsBehind, UncertainError, type Outcome, type Walk } from "./walk.ts";

/** What a builtin does with a readonly variable is to complain, and the shell goes on. */
export function assignNamed(
  state: ShellState,
  name: string,
  value: Value,
  reason: string,
  place: Place,
  walk: Walk,
): Outcome & { state: ShellState } {
  if (name === "TMOUT") {
    const next = setTmout(state, value, place, reason, walk);
    if (next === undefined && walk.shell.kind !== "bash")
      throw new UncertainError("TMOUT is readonly, and the shell gives up there", place);
    return { state: next ?? state, status: next !== undefined };
  }
  return { state: assignOther(state, name, value, place), status: undefined };
}

const hooks: ReadonlySet<string> = new Set([
  "PROMPT_COMMAND",
  "precmd_functions",
  "preexec_functions",
  "chpwd_functions",
  "periodic_functions",
]);

/** Prompts are expanded by the shell, and what stands in some variables is run. */
export function assignOther(state: ShellState, name: string, value: Value, place: Place): ShellState {
  const next = assignVariable(state, name, value, place);
  if (hooks.has(name)) return deferCode(next, value.text, place);
  if (/^PS[0-4]$|^R?PROMPT$/.test(name) && isComputed(value.text ?? ""))
    throw new UncertainError("a prompt is computed there", place);
  return next;
}

function isComputed(text: string): boolean {
  return text.includes("TMOUT") || standsBehind(text, "${", /=/);
}

/** @param source - undefined where it is not known. */
export function deferCode(state: ShellState, source: string | undefined, place: Place): ShellState {
  if (source === undefined) throw new UncertainError("what the shell runs on its own is computed", place);
  return { ...state, deferred: [...state.deferred, { source, place }] };
}
