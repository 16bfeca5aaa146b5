/**
 * This room goes from words to options: it finds the command, parses its options, explains what it does not understand, and asks
 * before acting. It knows no command by name. This file is the entry: it runs the command and turns errors into exit codes.
 */
import type { Command, GivenOptions } from "./command.ts";
import { loadAll, type CommandTable } from "./command-table.ts";
import { widthOf, type Context } from "./context.ts";
import { exitCodes, ForeseenError, HalfDoneError, type ExitCode } from "../errors.ts";
import { notice } from "./notice.ts";
import { version } from "./version.ts";

const nothingGiven: GivenOptions = { words: [], texts: () => [], flag: () => false };

/** @returns the exit code; everything foreseen has been reported on context.err. */
export async function run(args: readonly string[], context: Context, table: CommandTable): Promise<ExitCode> {
  try {
    return await dispatch(args, context, table);
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    const nothingDone = isNews(error) && (await isDeed(args, table)) ? "Nothing was done." : [];
    const sentences = [error.message, nothingDone, error.remedy ?? []].flat();
    notice(sentences.join(" "), context.err);
    return error.exitCode;
  }
}

/** Whether it is worth saying that nothing was done: it is true, and the message does not say so itself. */
function isNews(error: ForeseenError): boolean {
  return (
    !(error instanceof HalfDoneError) &&
    !/\b(?:nothing|nobody) (?:was|is|to|can) |\bas (?:it was )?before\b/i.test(error.message)
  );
}

/** Whether these words ask for something that changes the machine. */
async function isDeed(args: readonly string[], table: CommandTable): Promise<boolean> {
  const isHarmless = args.some((arg) => ["--dry-run", "-n", "--help", "-h"].includes(arg));
  if (args.length < 2 || isHarmless) return false;
  const { findCommand } = await import("./find-command.ts");
  const { command } = await findCommand(args, table);
  return command?.acts === true;
}

async function dispatch(args: readonly string[], context: Context, table: CommandTable): Promise<ExitCode> {
  const [first = "help"] = args;
  if (first === "--version" || first === "-V" || first === "version") return say(`${version}\n`, context);
  const answer = table.unparsed.get(args.slice(0, 2).join(" "));
  if (answer !== undefined) return say(await answer(args.slice(2), context), context);
  const bare = args.length === 1 ? await bareCommand(first, table) : undefined;
  if (bare !== undefined) return bare.run(nothingGiven, context);
  const { parseArguments } = await import("./arguments.ts");
  const { command, given } = await parseArguments(args, table);
  if (given.flag("version")) return say(`${version}\n`, context);
  if (command !== undefined && "run" in command && !given.flag("help")) return command.run(given, context);
  const { helpOf, overview } = await import("./help.ts");
  const width = widthOf(context.out);
  return say(
    command === undefined ? overview(table.overview, await loadAll(table), width) : helpOf(command, width),
    context,
  );
}

/** What a name does alone: there is nothing to parse, so the parser is not loaded. */
async function bareCommand(name: string, { loaders, otherNames }: CommandTable): Promise<Command | undefined> {
  const command = await loaders.get(otherNames.get(name) ?? name)?.();
  return command !== undefined && "commands" in command ? command.alone : command;
}

function say(text: string, { out }: Context): ExitCode {
  out.write(text);
  return exitCodes.done;
}
