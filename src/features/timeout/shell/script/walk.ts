/** One walk through the scripts of a login: what the walker needs, and what it has found. */
import type { NoUserFile } from "../../../../host/files/user-files.ts";
import type { Command, Word } from "./syntax.ts";
import type { Doubt, Maybe, Place, ShellState, Tmout, Value } from "./shell-state.ts";

/** A file that the shell may read, as its user sees it. */
export type StartupFile = NoUserFile | { kind: "read"; text: string };

/** A login shell whose scripts are followed. Its files are those of the user, read with the user's rights. */
export interface LoginShell {
  kind: "bash" | "zsh" | "ksh" | "mksh" | "ash";
  /** The path of the account's shell. */
  path: string;
  user: string;
  uid: number;
  /** The first is that of the account. */
  gids: readonly number[];
  home: string;
  read: (path: string) => StartupFile;
  /** The names in a folder; undefined where there is none. */
  names: (folder: string) => readonly string[] | undefined;
}

/** What a line did to TMOUT. */
export interface Touch {
  place: Place;
  /** TMOUT was readonly. */
  hasFailed: boolean;
  /** It changed the value, and not only an attribute. */
  changesValue: boolean;
}

export interface Outcome {
  /** Undefined: what follows is not reached. */
  state: ShellState | undefined;
  /** Whether it succeeds. */
  status: Maybe;
}

/** A command with its arguments. */
export interface Invocation {
  name: string;
  words: readonly Word[];
  place: Place;
}

export interface Walk {
  shell: LoginShell;
  /** Follows a command; here, because commands hold commands, and files too. */
  follow: (command: Command, state: ShellState, scope: Scope, walk: Walk) => Outcome;
  /** The files that were read, in their order. */
  files: { path: string; text: string }[];
  touches: Map<string, Touch>;
  /** Where the shell may end before its first prompt. */
  ends: Place[];
  steps: number;
  /** Of scripts that were read. */
  characters: number;
  depth: number;
}

/** Where a command stands. */
export interface Scope {
  path: string;
  /** Names that the function has declared for itself; undefined outside of functions. */
  locals: string[] | undefined;
  /** States in which `return` was met. */
  returned: ShellState[];
  /** States in which a loop was left, or went on with its next turn. */
  broken: ShellState[] | undefined;
  /** States in which bash gave up the command that it had read last. */
  abandoned: ShellState[];
}

/** What comes next is not known, and nothing is claimed about what follows. */
export class UncertainError extends Error implements Doubt {
  readonly place: Place;
  readonly reason: string;

  constructor(reason: string, place: Place) {
    super(reason);
    this.reason = reason;
    this.place = place;
  }
}

/** More than any startup files have, and less than takes long to follow. */
const most = { steps: 20_000, names: 1000, characters: 4 * 1024 * 1024, depth: 30 };

export function countStep(walk: Walk, { variables, functions, aliases, deferred }: ShellState, place: Place): void {
  walk.steps += 1;
  if (walk.steps > most.steps) throw new UncertainError("the startup files run too many commands", place);
  if (variables.size + functions.size + aliases.size + deferred.length > most.names)
    throw new UncertainError("the startup files name too many things", place);
}

/** Follows what is read or called from here; what reads or calls itself comes to an end. */
export function deeper<T>(walk: Walk, place: Place, characters: number, work: () => T): T {
  walk.characters += characters;
  if (walk.depth >= most.depth) throw new UncertainError("it reads or calls itself", place);
  if (walk.characters > most.characters) throw new UncertainError("the startup files are too large", place);
  walk.depth += 1;
  const result = work();
  walk.depth -= 1;
  return result;
}

/** Whether one of these characters stands somewhere behind an opening. */
export function standsBehind(text: string, opening: string, pattern: RegExp): boolean {
  const start = text.indexOf(opening);
  return start >= 0 && pattern.test(text.slice(start + opening.length));
}

export function touch(walk: Walk, place: Place, what: Omit<Touch, "place">): void {
  const key = `${String(place.line)} ${place.path}`;
  const before = walk.touches.get(key);
  walk.touches.set(key, {
    place,
    hasFailed: what.hasFailed || before?.hasFailed === true,
    changesValue: what.changesValue || before?.changesValue === true,
  });
}

const canonical = /^(?:0|[1-9]\d{0,8})$/;

/**
 * Gives TMOUT a value.
 *
 * @param reason - why the value is not known, if it is not.
 * @returns undefined where it is readonly.
 */
export function setTmout(
  state: ShellState,
  value: Value,
  place: Place,
  reason: string,
  walk: Walk,
): ShellState | undefined {
  const { tmout } = state;
  if (tmout.readonly === undefined) throw new UncertainError("TMOUT may be readonly by then", place);
  touch(walk, place, { hasFailed: tmout.readonly, changesValue: true });
  if (tmout.readonly) return undefined;
  const isKnown = value.text !== undefined && (!tmout.isInteger || canonical.test(value.text));
  return withTmout(state, {
    // An integer is never empty.
    value: isKnown ? value : { text: undefined, isEmpty: tmout.isInteger ? undefined : value.isEmpty, isSet: true },
    doubt: isKnown ? undefined : { place, reason },
    exported: state.exportsAll === false ? tmout.exported : state.exportsAll,
    by: [place],
  });
}

export function withTmout(state: ShellState, tmout: Partial<Tmout>): ShellState {
  return { ...state, tmout: { ...state.tmout, ...tmout } };
}

/** Marks TMOUT as readonly or exported. */
export function markTmout(
  state: ShellState,
  marks: Partial<Pick<Tmout, "readonly" | "exported" | "isInteger">>,
  place: Place,
  walk: Walk,
): ShellState {
  touch(walk, place, { hasFailed: false, changesValue: false });
  // With set -a some declarations export, and some do not.
  return withTmout(
    state,
    state.exportsAll === false ? marks : { exported: state.tmout.exported === true ? true : undefined, ...marks },
  );
}
