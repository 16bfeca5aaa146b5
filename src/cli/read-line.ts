/**
 * Reads a line of arguments as the options of one command understand it: what is an option, what is its value, what is a word.
 *
 * The rules are those of getopt_long(3), which administrators have in their fingers: `-ojson`, `-qu alice`, `--sort -idle`.
 * yargs alone reads `-ojson` as four switches, `--busy=yes` as no and `--busy false` as not given; what decides whose session
 * ends must not be misread. Unlike there, a value that follows its option is never the name of another option.
 */
import type { Command, OptionTable } from "./command.ts";
import { globalOptions } from "./global-options.ts";

/** What decides how a line is read. */
export type Vocabulary = Pick<Command, "options" | "habit" | "words">;

export interface Line {
  /** Neither options nor values, in order: the command's name, then its arguments. */
  words: readonly string[];
  options: readonly GivenOption[];
  /** What follows `--`, and negative numbers where those are arguments: never the name of a command. */
  operands: readonly string[];
  /** Why nothing behind it was read. */
  trouble?: Trouble;
}

export interface GivenOption {
  /** The long one. */
  name: string;
  /** Undefined for a switch. */
  value: string | undefined;
}

export type Trouble = Problem & {
  /** Its place among the arguments. */
  at: number;
};

export type Problem =
  /** `arg` is what was typed, `option` the part of it that is not known. */
  | { kind: "unknown option"; option: string; arg: string }
  | { kind: "missing value"; name: string; value: string }
  | { kind: "value for a switch"; name: string; value: string };

export function readLine(args: readonly string[], { options, habit, words: operands }: Vocabulary): Line {
  const table: OptionTable = { ...options, ...globalOptions };
  const line = { words: new Array<string>(), options: new Array<GivenOption>(), operands: new Array<string>() };
  for (let at = 0; at < args.length; at += 1) {
    const typed = args[at] ?? "";
    if (typed === "--") return { ...line, operands: [...line.operands, ...args.slice(at + 1)] };
    const arg = habit?.(typed) ?? typed;
    if (!arg.startsWith("-") || arg === "-") line.words.push(arg);
    else if (operands?.numbers === true && /^-\d/.test(arg)) line.operands.push(arg);
    else {
      const read = readOption(arg, args[at + 1], table);
      if ("kind" in read) return { ...line, trouble: { ...read, at } };
      line.options.push(...read.options);
      if (read.takesNext) at += 1;
    }
  }
  return line;
}

/** The options of one argument; the last one may have taken the next argument for its value. */
interface ReadOptions {
  options: GivenOption[];
  takesNext: boolean;
}

function readOption(arg: string, next: string | undefined, table: OptionTable): ReadOptions | Problem {
  return arg.startsWith("--") ? readLong(arg, next, table) : readShort(arg, next, table);
}

function readLong(arg: string, next: string | undefined, table: OptionTable): ReadOptions | Problem {
  const [, name = "", inline] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  const spec = Object.hasOwn(table, name) ? table[name] : undefined;
  if (spec === undefined) return { kind: "unknown option", option: `--${name}`, arg };
  if (spec.value !== undefined) return withValue(name, spec.value, inline, next, table);
  if (inline !== undefined) return { kind: "value for a switch", name, value: inline };
  return { options: [{ name, value: undefined }], takesNext: false };
}

/** `-qojson` is `--quiet --output=json`: what follows the letter of an option with a value is its value. */
function readShort(arg: string, next: string | undefined, table: OptionTable): ReadOptions | Problem {
  const options: GivenOption[] = [];
  for (let place = 1; place < arg.length; place += 1) {
    const letter = arg.charAt(place);
    const [name, spec] = Object.entries(table).find(([, { alias }]) => alias === letter) ?? [];
    if (name === undefined) return { kind: "unknown option", option: `-${letter}`, arg };
    if (spec?.value !== undefined) {
      const attached = arg.slice(place + 1);
      const read = withValue(name, spec.value, attached === "" ? undefined : attached.replace(/^=/, ""), next, table);
      return "kind" in read ? read : { ...read, options: [...options, ...read.options] };
    }
    options.push({ name, value: undefined });
  }
  return { options, takesNext: false };
}

function withValue(
  name: string,
  form: string,
  attached: string | undefined,
  next: string | undefined,
  table: OptionTable,
): ReadOptions | Problem {
  if (attached !== undefined) return { options: [{ name, value: attached }], takesNext: false };
  if (next === undefined || isLongOption(next, table)) return { kind: "missing value", name, value: form };
  return { options: [{ name, value: next }], takesNext: true };
}

function isLongOption(arg: string, table: OptionTable): boolean {
  return arg.startsWith("--") && Object.hasOwn(table, arg.slice(2).replace(/=.*/s, ""));
}
