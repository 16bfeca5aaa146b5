/** What TMOUT is before a shell reads its first file: what PAM and sshd put into the environment of a login. */
import { orUndefined } from "../../../host/files/files.ts";
import type { TimeoutHost } from "../machine.ts";
import { findConfigLines } from "../../../system/sshd/config-lines.ts";
import { textValue, unknownValue, unsetValue, type Place, type Tmout } from "./script/shell-state.ts";
import { UncertainError, type LoginShell } from "./script/walk.ts";

const unset: Tmout = {
  value: unsetValue,
  doubt: undefined,
  readonly: false,
  exported: false,
  isInteger: false,
  by: [],
};

/** @throws UncertainError where something else than /etc/environment may set it. */
export function initialTmout(shell: LoginShell, host: TimeoutHost): Tmout {
  rejectOtherSources(shell, host);
  const found = lastAssignment(textOf("/etc/environment", host));
  if (found === undefined)
    return shell.kind === "bash" ? unset : { ...unset, value: { ...unsetValue, isSet: undefined, isEmpty: undefined } };
  const place = { path: "/etc/environment", line: found.line };
  if (!/^[ \t]*(?:auth|session)\b[^#\n]*\bpam_env\.so[ \t]*(?:#.*)?$/m.test(textOf("/etc/pam.d/sshd", host)))
    throw new UncertainError("PAM decides whether it is read", place);
  const isPlain = /^\d+$/.test(found.value);
  const doubt = isPlain ? undefined : { place, reason: "it is not a plain number" };
  return { ...unset, value: isPlain ? textValue(found.value) : unknownValue, doubt, exported: true, by: [place] };
}

function textOf(path: string, { files }: TimeoutHost): string {
  return orUndefined(files.read(path)) ?? "";
}

/** pam_env(8): NAME=VALUE with an optional export and quotes around the value. */
function lastAssignment(text: string): { line: number; value: string } | undefined {
  return text
    .split("\n")
    .flatMap((line, index) => {
      const value = /^[ \t]*(?:export[ \t]+)?TMOUT=(.*)$/.exec(line)?.[1];
      return value === undefined
        ? []
        : {
            line: index + 1,
            value: value
              .replace(/#.*$/, "")
              .trim()
              .replace(/^(["'])(.*)\1$/, "$2"),
          };
    })
    .at(-1);
}

/** Rare ways, which are not followed. */
function rejectOtherSources({ home, read }: LoginShell, host: TimeoutHost): void {
  const lines = findConfigLines(new Set(["setenv", "acceptenv"]), host.files);
  const sent = lines.find(({ text }) =>
    /^setenv\b.*\bTMOUT=|^acceptenv\b.*(?:\bTMOUT\b|(?<![\w])\*|\bT[MOU]*\*)/i.test(text),
  );
  if (sent !== undefined) throw new UncertainError("sshd puts it into the environment", sent);
  const own = [`${home}/.pam_environment`, `${home}/.ssh/environment`].find((path) => {
    const file = read(path);
    return file.kind === "read" && file.text.includes("TMOUT");
  });
  const pamEnv: Place[] = [own ?? "/etc/security/pam_env.conf"].map((path) => ({ path, line: 1 }));
  const [place] = pamEnv;
  const isSet = own !== undefined || /^[^#\n]*TMOUT/m.test(textOf("/etc/security/pam_env.conf", host));
  if (place !== undefined && isSet) throw new UncertainError("it may put TMOUT into the environment", place);
}

/** TMOUT in the environment of a login, where that is certain. */
export function inheritedTmout(shell: LoginShell, host: TimeoutHost): string | undefined {
  try {
    const { value } = initialTmout(shell, host);
    return value.isSet === true ? value.text : undefined;
  } catch (error) {
    if (error instanceof UncertainError) return undefined;
    throw error;
  }
}
