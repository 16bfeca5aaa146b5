/** The lines of shell that set the limit, and what can be read back from them. */
import { fromByteText, toByteText } from "../../../text/byte-text.ts";

export interface ShellLimit {
  seconds: number;
  exported: boolean;
  /** Only in shells that were started over SSH. */
  sshOnly: boolean;
  exemptUids: readonly number[];
  exemptGids: readonly number[];
  /** Asks for this limit again. */
  commandLine: string;
}

/**
 * Whether TMOUT is readonly already; measured in every shell that reads these lines. The well-known `(unset TMOUT)` makes the
 * ksh93 of Debian 12 and 13 forget what TMOUT is for: it unsets in the same process and puts a plain variable back.
 */
const readonlyGuard = 'case $(readonly -p) in *" TMOUT"*) false ;; esac';

/**
 * For any shell of Bourne's kind. Nothing happens in shells that nobody types into (scripts, `ssh host command`, scp), and
 * nothing at a second reading: TMOUT is readonly then, and to assign it again ends dash and `bash --posix`.
 */
export function limitLines(limit: ShellLimit, today: string): string {
  return lines([...heading(limit, today), ...whenInteractive(limit, posixLines(limit))]);
}

/**
 * The same, in both of the forms that audits look for: OpenSCAP's content wants `declare -xr` on one distribution, and the
 * three lines behind each other on another. Older content knows no `typeset`, dash no `declare`.
 */
export function auditedLimitLines(limit: ShellLimit, today: string): string {
  const declare = `declare -${limit.exported ? "x" : ""}r TMOUT=${String(limit.seconds)}`;
  const both = ['if [ -n "${BASH_VERSION-}" ]; then', `  ${declare}`, "else", ...posixLines(limit).map(indent), "fi"];
  return lines([...heading(limit, today), ...whenInteractive(limit, both)]);
}

function heading({ seconds, commandLine }: ShellLimit, today: string): string[] {
  return [
    `# ${today}: ${toByteText(commandLine.replace(/\p{Cc}/gu, "?"))}`,
    `# A shell ends after ${String(seconds)} s at its prompt. Change that with "sshctl timeout".`,
  ];
}

function posixLines({ seconds, exported }: ShellLimit): string[] {
  return [`TMOUT=${String(seconds)}`, "readonly TMOUT", ...(exported ? ["export TMOUT"] : [])];
}

function whenInteractive(limit: ShellLimit, body: readonly string[]): string[] {
  const conditions = [readonlyGuard, ...conditionsOf(limit)];
  return [
    "case $- in *i*)",
    `  if ${conditions.join(" &&\n    ")}`,
    "  then",
    ...body.map((line) => `    ${line}`),
    "  fi",
    "esac",
  ];
}

/** Numbers instead of names: nothing to quote, and the same for every name of an account. */
function conditionsOf({ sshOnly, exemptUids, exemptGids }: ShellLimit): string[] {
  const spaced = (ids: readonly number[]) => `" ${ids.join(" ")} "`;
  return [
    ...(sshOnly ? ['[ -n "${SSH_CONNECTION-}" ]'] : []),
    ...(exemptUids.length > 0 ? [`case ${spaced(exemptUids)} in *" $(id -u) "*) false ;; esac`] : []),
    ...(exemptGids.length > 0
      ? [`(for gid in $(id -G); do case ${spaced(exemptGids)} in *" $gid "*) exit 1 ;; esac; done)`]
      : []),
  ];
}

function indent(line: string): string {
  return `  ${line}`;
}

function lines(parts: readonly string[]): string {
  return `${parts.join("\n")}\n`;
}

/** Whether two texts of ours ask for the same; the day on which they were written does not matter. */
export function isSameLimit(left: string | undefined, right: string): boolean {
  return left !== undefined && withoutDay(left) === withoutDay(right);
}

function withoutDay(text: string): string {
  return text.replace(/^# \d{4}-\d\d-\d\d: /m, "");
}

/** What lines of ours say; undefined when somebody has changed them beyond recognition. */
export function readLimit(text: string): ShellLimit | undefined {
  const seconds = /^\s*TMOUT=(\d{1,10})$/m.exec(text)?.[1];
  const commandLine = /^# \d{4}-\d\d-\d\d: (sshctl timeout set .*)$/m.exec(text)?.[1];
  if (seconds === undefined || commandLine === undefined) return undefined;
  return {
    seconds: Number(seconds),
    exported: /^\s*export TMOUT$/m.test(text),
    sshOnly: text.includes("SSH_CONNECTION"),
    exemptUids: idsIn(text, /case " ([\d ]+) " in \*" \$\(id -u\)/),
    exemptGids: idsIn(text, /case " ([\d ]+) " in \*" \$gid/),
    commandLine: fromByteText(commandLine),
  };
}

function idsIn(text: string, pattern: RegExp): number[] {
  return (pattern.exec(text)?.[1] ?? "").split(" ").flatMap((id) => (id === "" ? [] : Number(id)));
}

/** Whom a limit may spare. */
export interface Person {
  uid: number;
  gids: readonly number[];
}

export function appliesTo({ exemptUids, exemptGids }: ShellLimit, { uid, gids }: Person): boolean {
  return !exemptUids.includes(uid) && !gids.some((gid) => exemptGids.includes(gid));
}
