/**
 * What an SSH daemon writes over its own command line. Sources: the setproctitle() calls in OpenSSH's sshd.c,
 * sshd-session.c, sshd-auth.c, session.c, monitor.c, auth-pam.c, and openbsd-compat/setproctitle.c for the escapes.
 *
 * Anybody can give a process such a title. Read it only of a process that has been recognised by other means.
 */
import { parseTty, type Tty } from "./tty.ts";

export type Title =
  /** Not a title but an argument list: a daemon before its first title, or a listener up to 8.1. */
  | { role: "arguments" }
  /** With the mark that only a listener has, or with the beginning of one that was cut short. */
  | { role: "listener"; isMarked: boolean }
  /** `USER [priv]`, `[net]`, `[accepted]`, `[postauth]` and the like: the word in the brackets, and who is named before it. */
  | { role: "bracketed"; marker: string; user: string | undefined }
  /** The one forked worker of internal-sftp. */
  | { role: "internal-sftp"; user: string }
  /** A process that serves a user; without terminals for `USER@notty` and plain `USER`. */
  | { role: "serving"; user: string; ttys: readonly Tty[] };

/** @param commandLine - /proc/PID/cmdline up to its first NUL. */
export function parseTitle(commandLine: string): Title {
  const text = /^[^\s:/]+: (.*)$/s.exec(commandLine)?.[1];
  if (text === undefined) return { role: "arguments" };
  // A listener repeats its arguments, and those begin with a path: it could not execute itself again otherwise (sshd.c).
  const isMarked = /\[listener\] \d+ of \d+-\d+ startups$/.test(text) || endsInMark(text);
  if (isMarked || text.startsWith("/")) return { role: "listener", isMarked };
  const [, named = "", marker] = /^(?:(.*) )?\[([a-z -]+)\]$/s.exec(text) ?? [];
  if (marker === undefined) return parseServing(text);
  return { role: "bracketed", marker, user: named === "" ? undefined : decodeVis(named) };
}

/** A title may be cut anywhere, where the process was started with a short environment. */
function endsInMark(text: string): boolean {
  const at = text.lastIndexOf(listenerMark.slice(0, shortestMark));
  return at >= 0 && text.startsWith("/") && isBeginning(text.slice(at), listenerMark);
}

const listenerMark = " [listener] ";
const shortestMark = 3;

/** Whether one of the two begins with the other. */
function isBeginning(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** User names may hold an @, so the terminals start at the last one. */
function parseServing(text: string): Title {
  const at = text.lastIndexOf("@");
  const suffix = text.slice(at + 1);
  const user = decodeVis(at < 0 ? text : text.slice(0, at));
  if (suffix === "internal-sftp" && at >= 0) return { role: "internal-sftp", user };
  const ttys = at < 0 || suffix === "notty" ? [] : suffix.split(",").map(parseTty);
  return ttys.every((tty) => tty !== undefined)
    ? { role: "serving", user, ttys }
    : { role: "serving", user: decodeVis(text), ttys: [] };
}

/** Undoes strnvis(VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_OCTAL): `\\`, `\n`, `\303\244` (bytes of UTF-8). */
export function decodeVis(text: string): string {
  if (!text.includes("\\")) return text;
  // Without bytes by their number, as nearly always, the text need not become bytes.
  if (!/\\[0-7]{3}/.test(text))
    return text.replaceAll(/\\(.?)/gs, (_, escaped: string) => cStyle.get(escaped) ?? escaped);
  const bytes: Buffer[] = [];
  for (const [, literal, octal, escaped] of text.matchAll(/([^\\]+)|\\([0-7]{3})|\\(.?)/gs)) {
    if (literal !== undefined) bytes.push(Buffer.from(literal));
    else if (octal !== undefined) bytes.push(Buffer.from([parseInt(octal, 8) & 0xff]));
    else bytes.push(Buffer.from(cStyle.get(escaped ?? "") ?? escaped ?? ""));
  }
  return Buffer.concat(bytes).toString("utf8");
}

const cStyle: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["b", "\b"],
  ["a", "\u0007"],
  ["v", "\v"],
  ["t", "\t"],
  ["f", "\f"],
  ["s", " "],
  ["0", "\0"],
]);
