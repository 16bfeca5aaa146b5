/** From arguments to a command and its options, by yargs. */
import yargs, { type Argv, type Options } from "yargs";
import type { Command, GivenOptions, OptionTable } from "./commands/command.ts";
import { didYouMean } from "./did-you-mean.ts";
import { UsageError } from "./errors.ts";

export interface ParsedArguments {
  /** Undefined when the arguments name none. */
  command: Command | undefined;
  given: GivenOptions;
}

type Values = Readonly<Record<string, unknown>>;

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
  rejectUnknownOptions(args, candidates);
  const parser = configure(yargs());
  const parsed: ParsedArguments = { command: undefined, given: givenOptions({}, {}) };
  for (const command of candidates) {
    parser.command(
      command.name,
      false,
      (own) => own.options(mapOptions(command.options)),
      (values) => {
        rejectSurplus(values._.slice(1), command);
        parsed.command = command;
        parsed.given = givenOptions(command.options, values);
      },
    );
  }
  parser.command(
    "$0",
    false,
    (own) => own,
    ({ _: [word] }) => {
      rejectUnknownCommand(word, names);
    },
  );
  parser.parseSync([...args]);
  return parsed;
}

/**
 * yargs' defaults are made for build tools, not for ending sessions: without greedy arrays `--user alice 1234` gives one
 * value to --user, and numbers stay the text that was typed.
 */
function configure(parser: Argv): Argv {
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
    .option("help", { alias: "h", type: "boolean", hidden: true })
    .strictOptions()
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UsageError(`${message ?? "The arguments are not understood"}.`, seeHelp());
    });
}

/** Hidden, because yargs renders its whole help at every command, asked or not; ours is made elsewhere. */
function mapOptions(table: OptionTable): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { alias, value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string", hidden: true, ...(alias === undefined ? {} : { alias }) },
    ]),
  );
}

function givenOptions(options: OptionTable, values: Values): GivenOptions {
  const valuesOf = (name: string) => {
    if (name !== "help" && !(name.replace(/^not-/, "") in options))
      throw new Error(`The option ${name} is not declared.`);
    return [values[name]].flat();
  };
  return {
    texts: (name) => valuesOf(name).filter((value) => typeof value === "string"),
    flag: (name) => valuesOf(name).includes(true),
  };
}

/** yargs names an unknown option, but cannot say which one was meant. */
function rejectUnknownOptions(args: readonly string[], loaded: readonly Command[]): void {
  const known = ["help", ...loaded.flatMap(({ options }) => Object.keys(options))];
  const end = args.indexOf("--");
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || known.includes(name)) continue;
    throw new UsageError(`--${name}: there is no such option.`, suggestion("--", name, known) + seeHelp(loaded));
  }
}

function rejectUnknownCommand(name: string | number | undefined, names: readonly string[]): void {
  if (name === undefined) return;
  throw new UsageError(`${String(name)}: there is no such command.`, suggestion("", String(name), names) + seeHelp());
}

function rejectSurplus(words: readonly unknown[], command: Command): void {
  if (words.length === 0) return;
  throw new UsageError(`sshctl ${command.name} takes no argument "${String(words[0])}".`, seeHelp([command]));
}

function suggestion(prefix: string, word: string, candidates: readonly string[]): string {
  const meant = didYouMean(word, candidates);
  return meant === undefined ? "" : `Did you mean ${prefix}${meant}? `;
}

function seeHelp(loaded: readonly Command[] = []): string {
  const [only, ...others] = loaded;
  return `"sshctl ${only !== undefined && others.length === 0 ? `${only.name} ` : ""}--help" shows what there is.`;
}
