/** What stands before a key, as sshauthopt_parse() in OpenSSH's auth-options.c reads it. */
import { never, parseAbsoluteTime } from "./absolute-time.ts";
import { fromProblem } from "./from-list.ts";
import type { LineRules } from "./line-rules.ts";
import { environmentProblem, permitProblem, tunnelProblem } from "./option-values.ts";

export interface KeyOptions {
  /** As it is written; empty without. */
  text: string;
  /** Signs certificates, and does not log in itself. */
  certAuthority: boolean;
  /** Names in lower case, each once, in their order. */
  names: readonly string[];
  from: string | undefined;
  command: string | undefined;
  principals: string | undefined;
  /** Milliseconds since the epoch; the earliest of several. */
  expiresAtMs: number | undefined;
  /** Why sshd ignores the whole line. */
  problem: string | undefined;
}

export const noOptions: KeyOptions = {
  text: "",
  certAuthority: false,
  names: [],
  from: undefined,
  command: undefined,
  principals: undefined,
  expiresAtMs: undefined,
  problem: undefined,
};

/** Those that are there or not, with `no-` before them where sshd lets that stand. */
const flags =
  /(?:restrict|cert-authority|(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|pty|user-rc|touch-required|verify-required))/iy;

/** sshd takes these once only. */
const once: ReadonlySet<string> = new Set(["command", "principals", "from"]);

const valued = /(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)=/iy;

/** What was read up to now. */
interface Reading {
  names: Set<string>;
  values: Map<string, string>;
  expiresAtMs: number;
}

/** @param text - up to the first space outside of quotes. */
export function parseKeyOptions(text: string, rules: LineRules): KeyOptions {
  const reading: Reading = { names: new Set(), values: new Map(), expiresAtMs: never };
  const problem = readOptions(text, reading, rules);
  const { names, values, expiresAtMs } = reading;
  const parsed = {
    text,
    certAuthority: names.has("cert-authority"),
    names: [...names],
    from: values.get("from"),
    command: values.get("command"),
    principals: values.get("principals"),
    expiresAtMs: expiresAtMs === never ? undefined : expiresAtMs,
  };
  return { ...parsed, problem: problem ?? wholeProblem(parsed, rules) };
}

/** auth_authorise_keyopts() in auth2-pubkeyfile.c: what sshd looks at once it has all options. */
function wholeProblem(
  { from, principals, certAuthority }: Pick<KeyOptions, "from" | "principals" | "certAuthority">,
  rules: LineRules,
): string | undefined {
  if (principals !== undefined && !certAuthority) return "principals is given without cert-authority";
  if (principals !== undefined && /^,*$/.test(principals)) return "principals names no one";
  return from === undefined ? undefined : fromProblem(from, rules);
}

/** Up to the first mistake, which is returned. Nothing may stand between two commas. */
function readOptions(text: string, reading: Reading, rules: LineRules): string | undefined {
  for (let start = 0; start < text.length; start += 1) {
    const read = readOption(text, start);
    if ("problem" in read) return read.problem;
    const problem = takeOption(read, reading, rules);
    if (problem !== undefined) return problem;
    start = read.end;
    if (start < text.length && text[start] !== ",") return "an option is unknown";
  }
  return undefined;
}

/** Without a name where there is no option. */
interface Option {
  name?: string;
  value?: string;
  end: number;
}

function readOption(text: string, start: number): Option | { problem: string } {
  const flag = matchAt(flags, text, start);
  if (flag !== undefined) return { name: flag[0].toLowerCase(), end: start + flag[0].length };
  const named = matchAt(valued, text, start);
  if (named === undefined) return { end: start };
  const name = (named[1] ?? "").toLowerCase();
  const from = start + named[0].length;
  const end = endOfQuotes(text, from);
  if (end === undefined) return { problem: `the value of ${name} is not in quotes` };
  return { name, value: text.slice(from + 1, end).replaceAll(String.raw`\"`, '"'), end: end + 1 };
}

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text) ?? undefined;
}

/** opt_dequote(): a quote behind a backslash does not end the value, whatever stands before the backslash. */
function endOfQuotes(text: string, start: number): number | undefined {
  if (text[start] !== '"') return undefined;
  let end = text.indexOf('"', start + 1);
  while (end > start + 1 && text[end - 1] === "\\") end = text.indexOf('"', end + 1);
  return end < 0 ? undefined : end;
}

/** @returns why sshd ignores the line. */
function takeOption({ name, value }: Option, reading: Reading, rules: LineRules): string | undefined {
  if (name === undefined) return undefined;
  const { names, values } = reading;
  if (once.has(name) && names.has(name)) return `"${name}" is given twice`;
  names.add(name);
  if (value === undefined) return undefined;
  if (once.has(name)) values.set(name, value);
  if (name !== "expiry-time") return valueProblem(name, value, rules);
  const time = parseAbsoluteTime(value, rules);
  reading.expiresAtMs = Math.min(reading.expiresAtMs, time ?? never);
  return time === undefined ? "expiry-time is not a valid time" : undefined;
}

function valueProblem(name: string, value: string, rules: LineRules): string | undefined {
  switch (name) {
    case "environment":
      return environmentProblem(value);
    case "tunnel":
      return tunnelProblem(value);
    case "permitopen":
    case "permitlisten":
      return permitProblem(name, value, rules);
    default:
      return undefined;
  }
}
