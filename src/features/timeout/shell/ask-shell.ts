/** Asks a login shell for its TMOUT: it runs the user's startup files, as a login does, and says what has become of it. */
import type { TimeoutHost } from "../machine.ts";
import type { Account } from "../../../system/accounts.ts";
import type { ShellKind } from "./login-shell.ts";

export type Answer =
  | { kind: "told"; text: string | undefined; readonly: boolean; exported: boolean }
  /** Why there is no answer, in a sentence without its full stop. */
  | { kind: "silent"; reason: string };

const limits = { ms: 5000, bytes: 256 * 1024 };

/** Those that understand the question. */
const askable: ReadonlySet<ShellKind> = new Set(["bash", "dash", "zsh", "ksh", "mksh"]);

/**
 * @param inherited - TMOUT in the environment that a login gets; undefined where there is none.
 */
export async function askShell(
  account: Account,
  kind: ShellKind,
  inherited: string | undefined,
  { userPrograms }: Pick<TimeoutHost, "userPrograms">,
): Promise<Answer> {
  const { name, shell, home } = account;
  if (!askable.has(kind)) return { kind: "silent", reason: `${shell} cannot be asked` };
  const mark = crypto.randomUUID();
  const environment = {
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TERM: "dumb",
    // Addresses for documentation (RFC 5737): lines for logins over SSH look whether there are any.
    SSH_CLIENT: "192.0.2.1 1 22",
    SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22",
    ...(inherited === undefined ? {} : { TMOUT: inherited }),
  };
  const end = await userPrograms.run(account, [shell, "-l", "-i", "-c", question(mark)], environment, limits);
  switch (end.kind) {
    case "ended":
      return parseAnswer(end.stdout, mark) ?? { kind: "silent", reason: `${shell} ended without an answer` };
    case "late":
      return { kind: "silent", reason: `${shell} did not answer within ${String(limits.ms / 1000)} s` };
    case "too-much":
      return { kind: "silent", reason: `${shell} printed more than ${String(limits.bytes / 1024)} KiB` };
    case "problem":
      return { kind: "silent", reason: `${shell} could not be started: ${end.problem}` };
  }
}

/** For every shell of Bourne's kind; the backslashes pass over aliases. */
function question(mark: string): string {
  return [
    `\\printf '\\n${mark}%s:%s\\n' "\${TMOUT+set}" "$TMOUT"`,
    String.raw`\readonly -p`,
    String.raw`\printf '\n${mark}\n'`,
    String.raw`\export -p`,
    String.raw`\printf '\n${mark}\n'`,
  ].join("; ");
}

/** Startup files may print before, between and behind. */
export function parseAnswer(output: string, mark: string): Answer | undefined {
  const [, told, exports, end, ...more] = output.split(`\n${mark}`);
  if (told === undefined || exports === undefined || end === undefined || more.length > 0) return undefined;
  const [, isSet, text] = /^(set|):([^\n]*)\n/.exec(told) ?? [];
  if (isSet === undefined || text === undefined) return undefined;
  return { kind: "told", text: isSet === "set" ? text : undefined, readonly: names(told), exported: names(exports) };
}

/** `readonly -p` and `export -p` print commands that would do the same again. */
function names(commands: string): boolean {
  return /^(?:declare|typeset|readonly|export)(?: -\S+)* TMOUT(?:=|$)/m.test(commands);
}
