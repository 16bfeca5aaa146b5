/** The yargs entry: finds the command that the arguments name, lets it run, and turns errors into exit codes. */
import yargs, { type Argv, type Options } from "yargs";
import type { Command, GivenOptions, OptionTable } from "./commands/command.ts";
import type { Context } from "./context.ts";
import { didYouMean } from "./did-you-mean.ts";
import { exitCodes, ForeseenError, UsageError, type ExitCode } from "./errors.ts";
import { commandHelp, overview } from "./render/help.ts";
import { visible } from "./render/visible.ts";
import { version } from "./version.ts";

/** Loaded only when needed: most of a short command's time would go into loading the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  list: async () => (await import("./commands/list.ts")).list,
  count: async () => (await import("./commands/count.ts")).count,
};

/** @returns the exit code; everything foreseen has been reported on context.err. */
export async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    context.err.write(`sshctl: ${visible([error.message, error.remedy ?? []].flat().join(" "))}\n`);
    return error.exitCode;
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<ExitCode> {
  if (args[0] === "help") return dispatch([...args.slice(1), "--help"], context);
  const loaded = await loadCommands(args);
  rejectUnknownOptions(args, loaded);
  let exitCode: ExitCode = exitCodes.done;
  const parser = configure(yargs());
  for (const command of loaded) {
    parser.command(
      command.name,
      command.summary,
      (own) => own.options(mapOptions(command.options)),
      async (values) => {
        rejectSurplus(values._.slice(1), command);
        exitCode = await runCommand(command, values, context);
      },
    );
  }
  parser.command(
    "$0",
    false,
    (own) => own,
    (values) => {
      rejectUnknownCommand(values._[0]);
      context.out.write(values.version === true ? `${version}\n` : overview(loaded));
    },
  );
  await parser.parseAsync([...args]);
  return exitCode;
}

/** The one command whose name stands first; all of them where none does, to describe or to suggest them. */
async function loadCommands(args: readonly string[]): Promise<Command[]> {
  const named = commands[args.find((arg) => !arg.startsWith("-")) ?? ""];
  return Promise.all((named === undefined ? Object.values(commands) : [named]).map((load) => load()));
}

async function runCommand(command: Command, values: Values, context: Context): Promise<ExitCode> {
  const given = givenOptions(command, values);
  if (!given.flag("help")) return command.run(given, context);
  context.out.write(commandHelp(command));
  return exitCodes.done;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * yargs' defaults are made for build tools, not for ending sessions: without greedy arrays `--user alice 1234` gives one
 * value to --user, and numbers stay the text that was typed.
 */
function configure(parser: Argv): Argv<{ help: boolean | undefined; version: boolean | undefined }> {
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
    .options({ help: { alias: "h", type: "boolean" }, version: { alias: "V", type: "boolean" } })
    .strictOptions()
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UsageError(`${message ?? "The arguments are not understood"}.`, seeHelp());
    });
}

function mapOptions(table: OptionTable): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { alias, value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string", ...(alias === undefined ? {} : { alias }) },
    ]),
  );
}

function givenOptions({ options }: Command, values: Values): GivenOptions {
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
  const known = ["help", "version", ...loaded.flatMap(({ options }) => Object.keys(options))];
  const end = args.indexOf("--");
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || known.includes(name)) continue;
    throw new UsageError(`--${name}: there is no such option.`, suggestion("--", name, known) + seeHelp(loaded));
  }
}

function rejectUnknownCommand(name: string | number | undefined): void {
  if (name === undefined) return;
  throw new UsageError(
    `${String(name)}: there is no such command.`,
    suggestion("", String(name), Object.keys(commands)) + seeHelp(),
  );
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
