/** Scripts that a script reads or makes: `.` and eval. */
import { expand } from "./expand.ts";
import type { ShellState } from "./shell-state.ts";
import { followFile, followScript } from "./follow-script.ts";
import type { Word } from "./syntax.ts";
import { UncertainError, type Invocation, type Outcome, type Scope, type Walk } from "./walk.ts";

export function sourceFile(invocation: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const { words, place } = invocation;
  const [first] = words;
  if (first === undefined) return { state, status: undefined };
  let now = state;
  for (const word of words) now = expand(word, now, scope, walk).state;
  const { value, isOneWord } = expand(first, state, scope, walk);
  if (value.text === undefined || !isOneWord) throw new UncertainError("it is not known which file is read", place);
  if (!value.text.startsWith("/")) throw new UncertainError(`where ${value.text} is looked for is not known`, place);
  return { state: readFile(value.text, now, scope, walk, place), status: undefined };
}

function readFile(
  path: string,
  state: ShellState,
  scope: Scope,
  walk: Walk,
  place: Invocation["place"],
): ShellState | undefined {
  const file = walk.shell.read(path);
  const isLacking = file.kind === "absent" || (file.kind === "unreadable" && file.isRefused === true);
  // bash complains and goes on; others may end there.
  if (isLacking && walk.shell.kind === "bash" && !walk.shell.path.endsWith("/sh")) return state;
  if (isLacking) throw new UncertainError(`${path} cannot be read, and the shell may give up there`, place);
  if (file.kind !== "read")
    throw new UncertainError(`${path} is read there, and is not a plain file within reach`, place);
  if (isBashCompletion(path, walk)) return state;
  return followFile(path, file.text, state, walk, scope.locals);
}

/** The package bash-completion sets no limit; it is too large to follow. What it reads of the user's is not known. */
function isBashCompletion(path: string, { shell }: Walk): boolean {
  if (path !== "/usr/share/bash-completion/bash_completion") return false;
  const own = shell.read(`${shell.home}/.bash_completion`);
  return own.kind === "absent" && (shell.names("/etc/bash_completion.d") ?? []).length === 0;
}

/** Programs that print for eval what they are known for. */
const knownPrograms =
  /^(?:SHELL=\/bin\/sh[ \t]+)?(?:\/usr\/bin\/|\/bin\/)?(dircolors|lesspipe|lessfile|ssh-agent)(?:[ \t]+[\w~./-]+)*$/;

export function evaluateText(invocation: Invocation, state: ShellState, scope: Scope, walk: Walk): Outcome {
  const { words, place } = invocation;
  if (words.length === 1 && words.every((word) => isKnownOutput(word, state))) return { state, status: undefined };
  let now = state;
  const texts = words.map((word) => {
    const { value, state: next, isOneWord } = expand(word, now, scope, walk);
    now = next;
    if (value.text === undefined || !isOneWord) throw new UncertainError("it is not known what eval runs", place);
    return value.text;
  });
  const inner = followScript(texts.join(" "), now, scope, walk, place.line);
  return { state: inner, status: undefined };
}

function isKnownOutput({ parts }: Word, { functions, aliases }: ShellState): boolean {
  const [part, ...others] = parts.filter((each) => each.kind !== "text" || each.text !== "");
  if (part?.kind !== "output" || others.length > 0) return false;
  const program = knownPrograms.exec(part.source.trim())?.[1];
  return program !== undefined && !functions.has(program) && !aliases.has(program);
}
