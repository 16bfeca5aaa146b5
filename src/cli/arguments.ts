/** From arguments to a command and its options: the command is found first, then yargs parses its options. */
import { Parser } from "yargs/helpers";
import { singleCommands, type Command, type CommandGroup, type GivenOptions, type OptionTable } from "./command.ts";
import { loadAll, type CommandTable } from "./command-table.ts";
import { findCommand, type Failure, type Meaning } from "./find-command.ts";
import { globalOptions } from "./global-options.ts";
import type { GivenOption } from "./read-line.ts";

export interface ParsedArguments {
  /** A group where the arguments name none of its commands, undefined where they name nothing. */
  command: Command | CommandGroup | undefined;
  given: GivenOptions;
}

/** @throws UsageError for whatever cannot be understood. */
export async function parseArguments(args: readonly string[], table: CommandTable): Promise<ParsedArguments> {
  const meaning = await findCommand(args, table);
  if (!isUnderstood(meaning)) {
    const { refusalOf } = await import("./refusals.ts");
    throw refusalOf(meaning, args, singleCommands(await loadAll(table)), [...table.loaders.keys()]);
  }
  const { command, group, line } = meaning;
  const options = { ...command?.options, ...globalOptions };
  return { command: command ?? group, given: parseOptions(line.options, options, [...line.words, ...line.operands]) };
}

function isUnderstood(meaning: Meaning | Failure): meaning is Meaning {
  if ("trouble" in meaning) return false;
  const { command, line } = meaning;
  const words = line.words.length + line.operands.length;
  if (command !== undefined) return words <= (command.words?.most ?? 0);
  return words === 0 && line.options.every(({ name }) => Object.hasOwn(globalOptions, name));
}

function parseOptions(given: readonly GivenOption[], options: OptionTable, words: readonly string[]): GivenOptions {
  const names = Object.keys(options);
  const values: Readonly<Record<string, unknown>> = Parser(given.map(asArgument), {
    boolean: names.filter((name) => options[name]?.value === undefined),
    string: names.filter((name) => options[name]?.value !== undefined),
    // yargs' defaults are made for build tools: a value has to stay the text that was typed.
    configuration: {
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
    },
  });
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

/** yargs takes one pair of quotes away from a value, whoever put it there. */
function asArgument({ name, value }: GivenOption): string {
  return value === undefined ? `--${name}` : `--${name}="${value}"`;
}
