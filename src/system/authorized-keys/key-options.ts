/** What stands before a key, as sshauthopt_parse() in OpenSSH's auth-options.c reads it. */
import { parseAbsoluteTime } from "./absolute-time.ts";

export interface KeyOptions {
  /** As it is written; empty without. */
  text: string;
  /** Signs certificates, and does not log in itself. */
  certAuthority: boolean;
  /** Names in lower case, in their order. */
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
  /^(?:restrict|cert-authority|(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|pty|user-rc|touch-required|verify-required))/i;

/** sshd takes these once only. */
const once: ReadonlySet<string> = new Set(["command", "principals", "from"]);

const valued = /^(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)=/i;

/** @param text - up to the first space outside of quotes. */
export function parseKeyOptions(text: string): KeyOptions {
  const names: string[] = [];
  const values = new Map<string, string>();
  let [rest, problem, expiresAtMs]: [string, string | undefined, number | undefined] = [text, undefined, undefined];
  while (rest !== "" && problem === undefined) {
    const read = readOption(rest);
    if (read.name !== undefined) names.push(read.name);
    if (read.name !== undefined && read.value !== undefined) {
      if (once.has(read.name) && values.has(read.name)) problem = `"${read.name}" stands there twice`;
      values.set(read.name, read.value);
    }
    if (read.name === "expiry-time" && read.value !== undefined) {
      const time = parseAbsoluteTime(read.value);
      if (time === undefined) problem = "expiry-time is no time";
      else expiresAtMs = Math.min(time, expiresAtMs ?? time);
    }
    rest = text.slice(text.length - rest.length + read.length);
    problem ??= read.problem ?? (rest === "" || rest.startsWith(",") ? undefined : "an option is not known");
    rest = rest.slice(1);
  }
  return {
    text,
    certAuthority: names.includes("cert-authority"),
    names,
    from: values.get("from"),
    command: values.get("command"),
    principals: values.get("principals"),
    expiresAtMs,
    problem,
  };
}

interface ReadOption {
  name?: string;
  value?: string;
  /** How much of the text it takes. */
  length: number;
  problem?: string;
}

function readOption(text: string): ReadOption {
  const flag = flags.exec(text)?.[0];
  if (flag !== undefined) return { name: flag.toLowerCase(), length: flag.length };
  const [start = "", word = ""] = valued.exec(text) ?? [];
  if (start === "") return { length: 0 };
  const name = word.toLowerCase();
  const quoted = /^"((?:\\"|[^"])*)"/s.exec(text.slice(start.length));
  if (quoted === null) return { name, length: text.length, problem: `the value of ${name} is not in quotes` };
  return { name, value: (quoted[1] ?? "").replaceAll(String.raw`\"`, '"'), length: start.length + quoted[0].length };
}
