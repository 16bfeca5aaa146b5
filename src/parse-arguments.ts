/** From arguments to a command and its options, by yargs. */
import yargs, { type Argv, type Options } from "yargs";
import type { Command, GivenOptions, OptionTable } from "./commands/command.ts";
import { didYouMean } from "./did-you-mean.ts";
import { UsageError } from "./errors.ts";
import { normalizeArguments } from "./normalize-arguments.ts";

export interface ParsedArguments {
  /** Undefined when the arguments name none. */
  command: Command | undefined;
  given: GivenOptions;
}

/**
 * @param candidates - the commands that the arguments may mean.
 * @param names - of all commands, to suggest one.
 * @throws UsageError for whatever cannot be understood.
 */
export function parseArguments(
  args: readonly string[],
  candidates: readonly Command[],
  names: readonly string[],
): ParsedArguments {
  const help = seeHelp(candidates);
  const options: OptionTable = Object.assign({}, everywhere, ...candidates.map((command) => command.options));
  const parser = configure(yargs(), help);
  let parsed: ParsedArguments | undefined;
  for (const command of candidates) {
    parser.command(
      command.name,
      false,
      (own) => own.options(mapOptions(command.options)),
      (values) => {
        const words = values._.slice(1).map(String);
        rejectSurplus(words, command, help);
        parsed = { command, given: givenOptions({ ...everywhere, ...command.options }, values, words) };
      },
    );
  }
  parser.command("$0", false, mapNothing, (values) => {
    rejectUnknownCommand(values._[0], names, help);
    parsed = { command: undefined, given: givenOptions(everywhere, values) };
  });
  const habit = candidates.length === 1 ? candidates[0]?.habit : undefined;
  parser.parseSync(normalizeArguments(args, options, help, habit));
  return parsed ?? { command: undefined, given: givenOptions(everywhere, {}) };
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
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UsageError(`${message ?? "The arguments are not understood"}.`, help);
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

function rejectUnknownCommand(word: string | number | undefined, names: readonly string[], help: string): void {
  if (word === undefined) return;
  const meant = didYouMean(String(word), names);
  throw new UsageError(`${String(word)}: there is no such command.`, (meant ? `Did you mean ${meant}? ` : "") + help);
}

function rejectSurplus(given: readonly string[], { name, words }: Command, help: string): void {
  const surplus = given[words?.most ?? 0];
  if (surplus !== undefined)
    throw new UsageError(`${name} takes no ${words ? "further " : ""}argument "${surplus}".`, help);
}

function seeHelp([only, ...others]: readonly Command[]): string {
  const command = only !== undefined && others.length === 0 ? `${only.name} ` : "";
  return `"sshctl ${command}--help" shows what there is.`;
}
