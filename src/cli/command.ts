import type { Context } from "./context.ts";
import type { ExitCode } from "../errors.ts";

/** Commands that belong together, behind one word: `timeout set`, `timeout show`. */
export interface CommandGroup {
  name: string;
  summary: string;
  examples: readonly Example[];
  /** Their names begin with that of the group. */
  commands: readonly Command[];
  /** What the word does if none of them follows; without it, the help is shown. */
  alone?: Command;
  /** Words behind it that mean the same as none: `keys list`. */
  aloneNames?: readonly string[];
  hint?: Hint;
}

/** The command line that was perhaps meant, if there is a word too many. */
export type Hint = (surplus: string) => string | undefined;

/** A command as data: what it is called, what it takes, and the one function that does it. */
export interface Command {
  /** The words that call it. */
  name: string;
  summary: string;
  examples: readonly Example[];
  /** Arguments beside the options. */
  words?: Words;
  options: OptionTable;
  /** Options that it had, as typed, and what to use instead. */
  replaced?: Readonly<Record<string, string>>;
  /** Commands behind the same word; its help lists them. */
  others?: readonly Command[];
  /** Whether it changes anything on the machine: then each refusal says that nothing was done. */
  acts?: true;
  /** What people type out of habit, as an option of ours: kill(1)'s `-9`. */
  habit?: (arg: string) => string | undefined;
  hint?: Hint;
  run(given: GivenOptions, context: Context): Promise<ExitCode>;
}

export interface Words {
  name: string;
  describe: string;
  most: number;
  offer?: Offer;
  /** `-5` is such an argument, though a wrong one, and not an option. */
  numbers?: boolean;
}

export function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return "commands" in command;
}

/** Of "timeout set", the word behind that of the group. */
export function lastWord({ name }: Command): string {
  return name.replace(/.* /, "");
}

/** Every command, those of groups too, in the order of the help. */
export function singleCommands(commands: readonly (Command | CommandGroup)[]): Command[] {
  return commands.flatMap((each) => (isGroup(each) ? [each.alone ?? [], each.commands].flat() : each));
}

/** What a shell can offer for a value: these words, what sshctl finds on the machine, or what the shell itself knows. */
export type Offer = readonly string[] | LiveValues | ShellValues;

export const liveValues = ["sessions", "users", "terminals", "peers", "keys", "changes", "hosts"] as const;
export type LiveValues = (typeof liveValues)[number];
export type ShellValues = "accounts" | "groups" | "files" | "folders";

/** A command line, and what it is for. */
export type Example = readonly [commandLine: string, purpose: string];

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The headings of the help, in its order. */
export const headings = [
  "Select",
  "More detail",
  "Method",
  "Run a program",
  "Safety and records",
  "Output",
  "Other hosts",
  "Source",
  "Global options",
] as const;

export type Heading = (typeof headings)[number];

export interface OptionSpec {
  /** The heading under which the help shows it. */
  group: Heading;
  describe: string;
  /** A one-letter name. */
  alias?: string;
  /** What the help calls its value, such as "NAME"; an option without one is a switch. */
  value?: string;
  offer?: Offer;
  /** What each value means, where there is a fixed list of them. */
  values?: Readonly<Record<string, string>>;
  /** Not shown in the help: the option that it negates explains it, or it is accepted only to be refused. */
  hidden?: "negation" | "refused";
}

/** The help of sshctl itself. */
export interface Overview {
  /** The commands below their headings, by name. */
  groups: ReadonlyMap<string, readonly string[]>;
  examples: readonly Example[];
  /** What SESSION stands for. */
  session: string;
}

/** What was typed for the options of a command, by their long names. */
export interface GivenOptions {
  /** The arguments beside the options. */
  words: readonly string[];
  /** Every value given, in order; empty when there was none. */
  texts(option: string): readonly string[];
  flag(option: string): boolean;
}
