/** The messages about a line that is not understood: what is wrong, which command has it or what was meant, and where to look. */
import { UsageError } from "../errors.ts";
import { lastWord, type Command, type CommandGroup, type Hint, type OptionTable } from "./command.ts";
import type { Failure, Meaning } from "./find-command.ts";
import { foreignCommands, foreignNames, foreignOptions } from "./foreign-names.ts";
import { globalOptions } from "./global-options.ts";
import { readLine, type Line, type Problem } from "./read-line.ts";
import { didYouMean } from "./suggest.ts";

/**
 * @param commands - all there are: an option may be another's.
 * @param names - all words that begin a command.
 */
export function refusalOf(
  meaning: Meaning | Failure,
  args: readonly string[],
  commands: readonly Command[],
  names: readonly string[],
): UsageError {
  if ("trouble" in meaning) return unreadable(meaning, commands);
  const { command, group, line } = meaning;
  const word = [...line.words, ...line.operands][command?.words?.most ?? 0];
  if (group !== undefined && (command === undefined || command === group.alone))
    return word === undefined ? noCommandOf(group) : notACommandOf(group, word);
  if (command !== undefined) return surplusWord(command, word ?? "");
  const [first] = line.words;
  return first === undefined ? noCommand(args, line, commands, names) : notACommand(first, names);
}

function unreadable({ command, path, vocabulary, trouble }: Failure, commands: readonly Command[]): UsageError {
  const name = path.join(" ");
  switch (trouble.kind) {
    case "missing value":
      return new UsageError(`--${trouble.name} needs a value: ${trouble.value}.`, tryHelp(name));
    case "value for a switch":
      return new UsageError(`--${trouble.name} takes no value, but "${trouble.value}" was given.`, tryHelp(name));
    case "unknown option": {
      const foreign = foreignOption(trouble.option, vocabulary.options);
      if (foreign !== undefined) return new UsageError(noOption(name, trouble.option), `${foreign} ${tryHelp(name)}`);
      const replacement = command?.replaced?.[trouble.option];
      const { option, owners } =
        replacement === undefined ? whoseOption(trouble, commands) : { ...trouble, owners: [] };
      if (owners.length > 0) return new UsageError(ofOthers(name, option, namesOf(owners)), tryHelp(name));
      const instead = replacement ?? suggestion(option, vocabulary.options);
      return new UsageError(noOption(name, option), [instead ?? [], tryHelp(name)].flat().join(" "));
    }
  }
}

function noOption(name: string, option: string): string {
  return name === "" ? `There is no option ${option}.` : `${name} has no option ${option}.`;
}

/** What to say of an option that people know from other tools. */
function foreignOption(option: string, options: OptionTable): string | undefined {
  const { near = [], says } = foreignOptions.get(option) ?? {};
  const own = near.filter((long) => offered(options).includes(long));
  return own.length === 0
    ? undefined
    : (says ??
        `Did you mean ${joined(
          own.map((long) => `--${long}`),
          "or",
        )}?`);
}

function ofOthers(name: string, option: string, owners: string): string {
  return name === ""
    ? `No command given: ${option} belongs to ${owners}.`
    : `${name} has no option ${option}: it belongs to ${owners}.`;
}

/** The commands that take it. If they take all that was typed for one option, such as `-KILL`, it is named whole. */
function whoseOption(
  { option, arg }: Extract<Problem, { kind: "unknown option" }>,
  commands: readonly Command[],
): { option: string; owners: Command[] } {
  const owners = commands.filter(({ habit }) => habit?.(arg) !== undefined);
  if (owners.length > 0) return { option: arg, owners };
  return { option, owners: commands.filter((command) => hasOption(command, option)) };
}

function suggestion(option: string, options: OptionTable): string | undefined {
  const meant = option.startsWith("--") ? didYouMean(option.slice(2), offered(options)) : undefined;
  return meant && `Did you mean --${meant}?`;
}

function hasOption({ options }: Command, option: string): boolean {
  return offered(options).some((long) => option === `--${long}` || option === `-${options[long]?.alias ?? "-"}`);
}

/** An option that is accepted only to be refused belongs to no command, and is never suggested. */
function offered(options: OptionTable): string[] {
  return Object.keys(options).filter((long) => options[long]?.hidden !== "refused");
}

/** Options without a command. */
function noCommand(
  args: readonly string[],
  line: Line,
  commands: readonly Command[],
  names: readonly string[],
): UsageError {
  const reason = whyNoCommand(args, line, commands, names);
  return new UsageError(`No command given${reason === undefined ? "" : `: ${reason}`}.`, tryHelp(""));
}

function whyNoCommand(
  args: readonly string[],
  { operands }: Line,
  commands: readonly Command[],
  names: readonly string[],
): string | undefined {
  if (operands.length > 0) return 'it has to come before "--"';
  // No word is left, so the option in front of this one has taken it.
  const taken = args.findIndex((arg) => names.includes(arg));
  if (taken > 0) return `"${args[taken] ?? ""}" is the value of ${args[taken - 1] ?? ""}`;
  const fitting = commands.filter((command) => isReadBy(command, args));
  return fitting.length > 0 ? `these options belong to ${namesOf(fitting)}` : undefined;
}

function isReadBy(command: Command, args: readonly string[]): boolean {
  const { trouble, words, options } = readLine(args, command);
  const own = new Set([...offered(command.options), ...Object.keys(globalOptions)]);
  return trouble === undefined && words.length === 0 && options.every(({ name }) => own.has(name));
}

/** The name of a group with options, but without any of its commands. */
function noCommandOf({ name, commands }: CommandGroup): UsageError {
  return new UsageError(`${name} needs a command: ${joined(commands.map(lastWord), "or")}.`, tryHelp(name));
}

/** A word in the place of a command. */
function notACommand(word: string, names: readonly string[]): UsageError {
  const known = foreignNames.get(word) ?? didYouMean(word, names);
  return wrongWord(`"${word}" is not a command.`, known && `sshctl ${known}`, "");
}

/** The hint of a group fits nearly every word, so a typo comes first. */
function notACommandOf({ name, commands, hint }: CommandGroup, word: string): UsageError {
  const known = foreignCommands.get(`${name} ${word}`);
  if (known !== undefined) return wrongWord(`${name} has no command "${word}".`, known.join('", then "'), name);
  const near = didYouMean(word, commands.map(lastWord));
  const meant = near === undefined ? hintAt(word, name, hint) : `sshctl ${name} ${near}`;
  return wrongWord(`${name} has no command "${word}".`, meant, name);
}

function surplusWord({ name, words, hint }: Command, word: string): UsageError {
  const meant = hintAt(word, name, hint);
  return wrongWord(`${name} takes no ${words ? "further " : ""}argument "${word}".`, meant, name);
}

/** Other tools show the help of a command by `COMMAND help`. */
function hintAt(word: string, name: string, hint: Hint | undefined): string | undefined {
  return word === "help" ? `sshctl help ${name}` : hint?.(word);
}

function wrongWord(message: string, meant: string | undefined, name: string): UsageError {
  return new UsageError(message, (meant ? `Did you mean "${meant}"? ` : "") + tryHelp(name));
}

function namesOf(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  return joined(names.length > 3 ? [...names.slice(0, 3), "others"] : names, "and");
}

/** "a, b and c" */
function joined(texts: readonly string[], word: "and" | "or"): string {
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} ${word} ${last}`;
}

function tryHelp(name: string): string {
  return `Try "sshctl ${name === "" ? "" : `${name} `}--help".`;
}
