/** Whole scripts: files, and what eval runs. */
import { findOwnLines, type OwnLines } from "./own-lines.ts";
import { parseScript } from "./parse-script.ts";
import { meetAll, textValue, type Place, type ShellState } from "./shell-state.ts";
import { deeper, setTmout, UncertainError, withTmout, type Scope, type Walk } from "./walk.ts";

/** Follows a whole script, as a file or by eval. Bash that gives up a command goes on behind it. */
export function followScript(
  source: string,
  state: ShellState,
  scope: Omit<Scope, "abandoned">,
  walk: Walk,
  firstLine = 1,
): ShellState | undefined {
  const place = { path: scope.path, line: firstLine };
  if (source.includes("\0")) throw new UncertainError("there are NUL bytes", place);
  return deeper(walk, place, source.length, () => {
    let now: ShellState | undefined = state;
    for (const piece of parseScript(source, firstLine)) {
      if (now === undefined) break;
      const abandoned: ShellState[] = [];
      now = meetAll([walk.follow(piece, now, { ...scope, abandoned }, walk).state, ...abandoned], place);
    }
    return now;
  });
}

/** Follows what the shell reads from a file. */
export function followFile(
  path: string,
  text: string,
  state: ShellState,
  walk: Walk,
  locals?: string[],
): ShellState | undefined {
  const returned: ShellState[] = [];
  const scope = { path, locals, returned, broken: undefined };
  walk.files.push({ path, text });
  const last = followAround(findOwnLines(text, walk.shell), text, state, scope, walk);
  return meetAll([last, ...returned], { path, line: 1 });
}

/** Lines of ours that are as we have written them do what we know. */
function followAround(
  own: OwnLines | undefined,
  text: string,
  state: ShellState,
  scope: Omit<Scope, "abandoned">,
  walk: Walk,
): ShellState | undefined {
  if (own === undefined) return followScript(text, state, scope, walk);
  const before = followScript(own.before, state, scope, walk);
  if (before === undefined) return undefined;
  const limited = own.applies ? setOwnLimit(before, own, { path: scope.path, line: own.line }, walk) : before;
  return followScript(own.after, limited, scope, walk, own.lineAfter);
}

function setOwnLimit(state: ShellState, { seconds, exported }: OwnLines, place: Place, walk: Walk): ShellState {
  if (state.tmout.readonly === true) return state;
  const limited = setTmout(state, textValue(String(seconds)), place, "", walk);
  return limited === undefined
    ? state
    : withTmout(limited, { readonly: true, exported: exported ? true : limited.tmout.exported });
}
