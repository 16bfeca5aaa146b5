/** From arguments to a command and its options, by yargs. */
import yargs, { type Argv, type Options } from "yargs";
import { isGroup, type Command, type CommandGroup, type GivenOptions, type Hint, type OptionTable } from "./command.ts";
import { didYouMean } from "./suggest.ts";
import { UsageError } from "../errors.ts";
import { foreignNames } from "./foreign-names.ts";
import { normalizeArguments } from "./normalize-arguments.ts";

export interface ParsedArguments {
  /** Undefined when the arguments name none; a group when they name none of its commands. */
  command: Command | CommandGroup | undefined;
  given: GivenOptions;
}

/**
 * @param candidates - the commands that the arguments may mean.
 * @param names - of all commands, to suggest one.
 * @throws UsageError for whatever cannot be understood.
 */
export function parseArguments(
  args: readonly string[],
  candidates: readonly (Command | CommandGroup)[],
  names: readonly string[],
): ParsedArguments {
  const meant = candidates.map((candidate) => (isGroup(candidate) ? namedIn(candidate, args) : candidate));
  const help = seeHelp(meant);
  const commands = meant.flatMap((candidate) => (isGroup(candidate) ? candidate.commands : candidate));
  const options: OptionTable = Object.assign({}, everywhere, ...commands.map((command) => command.options));
  const parser = configure(yargs(), help);
  let parsed: ParsedArguments | undefined;
  const found = (result: ParsedArguments) => {
    parsed = result;
  };
  for (const candidate of meant) {
    if (isGroup(candidate)) addGroup(parser, candidate, help, found);
    else addCommand(parser, candidate, help, found);
  }
  addDefault(parser, undefined, names, help, found);
  const only = commands.length === 1 ? commands[0] : undefined;
  parser.parseSync(normalizeArguments(args, options, help, only?.habit, only?.words?.numbers));
  return parsed ?? { command: undefined, given: givenOptions(everywhere, {}) };
}

type Found = (result: ParsedArguments) => void;

/** The command of a group that stands behind its name; where none does, what the name does alone, or the group. */
function namedIn(group: CommandGroup, [, word = ""]: readonly string[]): Command | CommandGroup {
  const named = group.commands.filter(({ name }) => lastWord(name) === word);
  if (named.length > 0) return { ...group, commands: named };
  const isAlone = word === "" || word.startsWith("-");
  return group.alone !== undefined && isAlone ? group.alone : group;
}

function addGroup(parser: Argv, group: CommandGroup, help: string, found: Found): void {
  parser.command(
    group.name,
    false,
    (own) => {
      for (const command of group.commands) addCommand(own, command, help, found);
      addDefault(
        own,
        group,
        group.commands.map(({ name }) => lastWord(name)),
        help,
        found,
      );
      return own;
    },
    () => undefined,
  );
}

function addCommand(parser: Argv, command: Command, help: string, found: Found): void {
  parser.command(
    lastWord(command.name),
    false,
    (own) => own.options(mapOptions(command.options)),
    (values) => {
      const words = values._.slice(command.name.split(" ").length).map(String);
      rejectSurplus(words, command, help);
      found({ command, given: givenOptions({ ...everywhere, ...command.options }, values, words) });
    },
  );
}

/** What the arguments mean where none of the names fits. */
function addDefault(
  parser: Argv,
  group: CommandGroup | undefined,
  names: readonly string[],
  help: string,
  found: Found,
): void {
  // A habit is one exact word; what a group makes of a word fits nearly all of them, and a typo comes before it.
  const hint: Hint =
    group === undefined ? habitual : (word) => (didYouMean(word, names) === undefined ? group.hint?.(word) : undefined);
  parser.command("$0", false, mapNothing, (values) => {
    rejectUnknownCommand(values._[group === undefined ? 0 : 1], names, hint, help);
    found({ command: group, given: givenOptions(everywhere, values) });
  });
}

function lastWord(name: string): string {
  return name.replace(/.* /, "");
}

function mapNothing(parser: Argv): Argv {
  return parser;
}

/** Options of every command. */
const everywhere: OptionTable = {
  help: { group: "Everywhere", describe: "this text, or that of a command", alias: "h" },
  version: { group: "Everywhere", describe: "the version", alias: "V" },
};

/** yargs' defaults are made for build tools: numbers have to stay the text that was typed. */
function configure(parser: Argv, help: string): Argv {
  return parser
    .scriptName("sshctl")
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "greedy-arrays": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
    })
    .locale("en")
    .help(false)
    .version(false)
    .options(mapOptions(everywhere))
    .strictOptions()
    .exitProcess(false)
    .fail((_: string | undefined, error: Error | undefined) => {
      // Options that no command has are refused before; what is left are options without a command.
      throw error ?? new UsageError("The command is missing: options stand behind it.", help);
    });
}

/** Hidden, because yargs renders its whole help at every command, asked or not; ours is made elsewhere. */
function mapOptions(table: OptionTable): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string", hidden: true },
    ]),
  );
}

function givenOptions(
  options: OptionTable,
  values: Readonly<Record<string, unknown>>,
  words: readonly string[] = [],
): GivenOptions {
  const valuesOf = (name: string) => {
    if (!Object.hasOwn(options, name)) throw new Error(`--${name} is not declared.`);
    return [values[name]].flat();
  };
  return {
    words,
    texts: (name) => valuesOf(name).filter((value) => typeof value === "string"),
    flag: (name) => valuesOf(name).includes(true),
  };
}

function rejectUnknownCommand(
  typed: string | number | undefined,
  names: readonly string[],
  hint: Hint,
  help: string,
): void {
  if (typed === undefined) return;
  const word = String(typed);
  const commandLine = hint(word);
  const meant = commandLine === undefined ? didYouMean(word, names) : `"${commandLine}"`;
  throw new UsageError(
    `${word === "" ? '""' : word}: there is no such command.`,
    (meant ? `Did you mean ${meant}? ` : "") + help,
  );
}

function habitual(word: string): string | undefined {
  const name = foreignNames.get(word);
  return name && `sshctl ${name}`;
}

function rejectSurplus(given: readonly string[], { name, words, hint }: Command, help: string): void {
  const surplus = given[words?.most ?? 0];
  if (surplus === undefined) return;
  const meant = hint?.(surplus);
  throw new UsageError(
    `${name} takes no ${words ? "further " : ""}argument "${surplus}".`,
    (meant ? `Did you mean "${meant}"? ` : "") + help,
  );
}

function seeHelp([only, ...others]: readonly (Command | CommandGroup)[]): string {
  if (only === undefined || others.length > 0) return `"sshctl --help" shows what there is.`;
  const [command = only, ...more] = isGroup(only) ? only.commands : [];
  return `"sshctl ${more.length > 0 ? only.name : command.name} --help" shows what there is.`;
}
