/**
 * What TMOUT is at the first prompt of a login over SSH, by following the files that the shell reads then: INVOCATION in
 * bash(1), STARTUP/SHUTDOWN FILES in zsh(1), ksh93(1), mksh(1). What is told as certain is what the shell does; of all else
 * it is told why, and where, it is not certain.
 */
import type { Account } from "../../../system/accounts.ts";
import { initialTmout } from "./login-environment.ts";
import type { TimeoutHost } from "../machine.ts";
import type { UserFile } from "../../../host/files/user-files.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { readsOnlyProfile } from "./login-shell.ts";
import { follow } from "./script/follow.ts";
import { followFile, followScript } from "./script/follow-script.ts";
import {
  someValue,
  textValue,
  unsetValue,
  type Doubt,
  type Maybe,
  type Place,
  type ShellState,
  type Value,
} from "./script/shell-state.ts";
import { UncertainError, type LoginShell, type StartupFile, type Touch, type Walk } from "./script/walk.ts";

export interface LoginTmout {
  /** Undefined: the shell ends nothing; "unknown": see `doubt`. */
  seconds: number | "unknown" | undefined;
  doubt: Doubt | undefined;
  readonly: Maybe;
  exported: Maybe;
  /** The lines that have made it what it is. */
  by: readonly Place[];
  touches: readonly Touch[];
  /** What was read, in its order. */
  files: readonly { path: string; text: string }[];
}

export function followLogin(
  account: Account,
  gids: readonly number[],
  kind: LoginShell["kind"],
  host: TimeoutHost,
): LoginTmout {
  const shell = loginShell(account, gids, kind, host);
  const walk: Walk = { shell, follow, files: [], touches: new Map(), ends: [], steps: 0, characters: 0, depth: 0 };
  return { ...judge(walk, host), touches: [...walk.touches.values()], files: walk.files };
}

export function loginShell(
  account: Account,
  gids: readonly number[],
  kind: LoginShell["kind"],
  host: TimeoutHost,
): LoginShell {
  return {
    kind,
    path: account.shell,
    user: account.name,
    uid: account.uid,
    gids: [account.gid, ...gids],
    home: account.home,
    read: rememberingReader(account, host),
    // Only folders of root's: others can be anything.
    names: (folder) => (/^\/(?:etc|usr)\//.test(folder) ? orUndefined(host.files.names(folder)) : undefined),
  };
}

/** Every file is read once, with the user's rights; where the home is local, from nothing that could hang. */
function rememberingReader(account: Account, host: TimeoutHost): LoginShell["read"] {
  const files = new Map<string, StartupFile>();
  const isRemote = remotePaths(orUndefined(host.files.read("/proc/self/mountinfo")) ?? "");
  const isOutOfReach = isRemote(account.home) ? () => false : isRemote;
  return (path) => {
    const known = files.get(path);
    if (known !== undefined) return known;
    if (files.size >= mostFiles) return { kind: "out-of-reach", path };
    const [found = { kind: "absent" }] = host.userFiles.read([path], account, isOutOfReach, largest);
    const file = startupFile(found);
    files.set(path, file);
    return file;
  };
}

function startupFile(file: UserFile): StartupFile {
  if (file.kind !== "read") return file;
  return file.isWhole
    ? { kind: "read", text: file.bytes.toString("utf8") }
    : { kind: "unreadable", problem: "it is too large", isRefusedToAll: false };
}

const mostFiles = 200;

/** Startup files are written by hand. */
const largest = 1024 * 1024;

type Judgement = Pick<LoginTmout, "seconds" | "doubt" | "readonly" | "exported" | "by">;

function judge(walk: Walk, host: TimeoutHost): Judgement {
  try {
    const last = followFiles(initialState(walk.shell, host), walk);
    const [end] = walk.ends;
    if (last === undefined)
      throw new UncertainError("the shell ends before its prompt", end ?? { path: walk.shell.path, line: 0 });
    const { touches, files, ends } = walk;
    try {
      rejectDeferred(last, walk);
    } finally {
      Object.assign(walk, { touches, files, ends });
    }
    return judgement(last, walk.shell);
  } catch (error) {
    if (!(error instanceof UncertainError)) throw error;
    const { place, reason } = error;
    return { seconds: "unknown", doubt: { place, reason }, readonly: undefined, exported: undefined, by: [] };
  }
}

function judgement({ tmout }: ShellState, shell: LoginShell): Judgement {
  const { value, readonly, exported, by, doubt } = tmout;
  const seconds = value.text === undefined ? "unknown" : secondsOf(value.text, shell.kind);
  if (seconds !== "unknown") return { seconds, doubt: undefined, readonly, exported, by };
  const [place = { path: shell.path, line: 0 }] = by;
  return {
    seconds,
    doubt: doubt ?? { place, reason: `"${value.text ?? ""}" is not a plain number` },
    readonly,
    exported,
    by,
  };
}

/** bash reads it with atoi(3): eval.c. Others compute it. */
export function secondsOf(text: string, kind: LoginShell["kind"]): LoginTmout["seconds"] {
  if (text === "" && kind !== "bash") return undefined;
  const [, sign = "", digits = ""] =
    (kind === "bash" ? /^[ \t\n\v\f\r]*([-+]?)(\d*)/ : /^()(0|[1-9]\d*)$/).exec(text) ?? [];
  if (digits === "") return kind === "bash" ? undefined : "unknown";
  if (digits.length > 9) return "unknown";
  return sign === "-" || Number(digits) === 0 ? undefined : Number(digits);
}

function followFiles(state: ShellState, walk: Walk): ShellState | undefined {
  switch (walk.shell.kind) {
    case "bash":
      return readsOnlyProfile(walk.shell.path, "bash") ? followPosix(state, walk, undefined) : followBash(state, walk);
    case "zsh":
      return followZsh(state, walk);
    case "ksh":
      return followPosix(state, walk, ".kshrc");
    case "mksh":
      return followPosix(state, walk, ".mkshrc");
    case "ash":
      return followPosix(state, walk, undefined);
  }
}

/** The first of the three that is there, even if it cannot be read: shell.c. */
function followBash(state: ShellState, walk: Walk): ShellState | undefined {
  const afterProfile = followStartup("/etc/profile", state, walk);
  const names = [".bash_profile", ".bash_login", ".profile"].map((name) => `${walk.shell.home}/${name}`);
  const path = names.find((each) => walk.shell.read(each).kind !== "absent");
  return path === undefined ? afterProfile : followStartup(path, afterProfile, walk);
}

/** @param own - what an interactive shell reads where ENV names nothing. */
function followPosix(state: ShellState, walk: Walk, own: string | undefined): ShellState | undefined {
  const { home } = walk.shell;
  const after = ["/etc/profile", `${home}/.profile`].reduce<ShellState | undefined>(
    (now, path) => followStartup(path, now, walk),
    state,
  );
  if (after === undefined) return undefined;
  if (after.variables.has("ENV"))
    throw new UncertainError("ENV names another file", { path: `${home}/.profile`, line: 1 });
  return own === undefined ? after : followStartup(`${home}/${own}`, after, walk);
}

/** Debian's zsh has its files in /etc/zsh, others in /etc. */
function followZsh(state: ShellState, walk: Walk): ShellState | undefined {
  const folder = walk.shell.names("/etc/zsh") === undefined ? "/etc" : "/etc/zsh";
  const names = ["zshenv", "zprofile", "zshrc", "zlogin"];
  const paths = names.flatMap((name) => [`${folder}/${name}`, `${walk.shell.home}/.${name}`]);
  return paths.reduce<ShellState | undefined>((now, path) => followStartup(path, now, walk), state);
}

function followStartup(path: string, state: ShellState | undefined, walk: Walk): ShellState | undefined {
  if (state === undefined) return undefined;
  const file = walk.shell.read(path);
  if (file.kind === "absent" || (file.kind === "unreadable" && file.isRefused === true)) return state;
  if (file.kind === "read") return followFile(path, file.text, state, walk);
  throw new UncertainError(file.kind === "unreadable" ? file.problem : "it is out of reach", { path, line: 1 });
}

/** What the shell runs by itself is followed for one thing only: that it leaves TMOUT alone. */
function rejectDeferred(state: ShellState, walk: Walk): void {
  for (const { source, place } of state.deferred) {
    const inner: Walk = Object.assign(walk, { touches: new Map(), files: [], ends: [] });
    const scope = { path: place.path, locals: undefined, returned: [], broken: undefined };
    followScript(source, state, scope, inner, place.line);
    if (inner.touches.size > 0) throw new UncertainError("the shell runs a command later that sets TMOUT", place);
  }
}

function initialState(shell: LoginShell, host: TimeoutHost): ShellState {
  return {
    tmout: initialTmout(shell, host),
    variables: new Map([...loginVariables(shell), ...ownVariables(shell)]),
    functions: new Map(),
    aliases: new Map(),
    exportsAll: false,
    deferred: [],
  };
}

function loginVariables({ home, user, path }: LoginShell): [string, Value][] {
  return [
    ["HOME", textValue(home)],
    ["USER", textValue(user)],
    ["LOGNAME", textValue(user)],
    ["SHELL", textValue(path)],
    ["SSH_CONNECTION", someValue],
    ["SSH_CLIENT", someValue],
    ["SSH_TTY", someValue],
  ];
}

/** What an interactive shell sets by itself. */
function ownVariables({ kind, path, uid }: LoginShell): [string, Value][] {
  const [isBash, isZsh] = [kind === "bash", kind === "zsh"];
  const id = textValue(String(uid));
  const variables: [string, Value | undefined][] = [
    ["PS1", someValue],
    ["BASH", isBash ? textValue(path) : unsetValue],
    ["BASH_VERSION", isBash ? someValue : unsetValue],
    ["ZSH_VERSION", isZsh ? someValue : unsetValue],
    ["KSH_VERSION", isBash || isZsh ? unsetValue : undefined],
    ["UID", isBash || isZsh ? id : undefined],
    ["EUID", isBash || isZsh ? id : undefined],
    ["PROMPT_COMMAND", isBash ? unsetValue : undefined],
  ];
  return variables.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
