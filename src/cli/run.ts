/** The entry: finds the command that the arguments name, lets it run, and turns errors into exit codes. */
import type { Command, CommandGroup, GivenOptions } from "./command.ts";
import { widthOf, type Context } from "./context.ts";
import { exitCodes, ForeseenError, UnknownOptionError, type ExitCode } from "../errors.ts";
import type { ParsedArguments } from "./arguments.ts";
import { visible } from "../text/visible.ts";
import { version } from "./version.ts";

/** Loaded only when needed: most of a short command's time would go into loading the others. */
const commands: ReadonlyMap<string, () => Promise<Command | CommandGroup>> = new Map<
  string,
  () => Promise<Command | CommandGroup>
>([
  ["list", async () => (await import("../features/sessions/list.ts")).list],
  ["show", async () => (await import("../features/sessions/show.ts")).show],
  ["kill", async () => (await import("../features/kill/kill.ts")).kill],
  ["kill-all", async () => (await import("../features/kill/kill-all.ts")).killAll],
  ["watch", async () => (await import("../features/watch/watch.ts")).watch],
  ["count", async () => (await import("../features/sessions/count.ts")).count],
  ["keys", async () => (await import("../features/keys/keys.ts")).keys],
  ["timeout", async () => (await import("../features/timeout/timeout.ts")).timeout],
  ["doctor", async () => (await import("../features/doctor/doctor.ts")).doctor],
  [
    "completion",
    async () =>
      (await import("../features/completion/completion.ts")).completionOf(async () => loadCommands([]), otherNames),
  ],
]);

/** Names that people have in their fingers. */
const otherNames: ReadonlyMap<string, string> = new Map([["killall", "kill-all"]]);

const nothingGiven: GivenOptions = { words: [], texts: () => [], flag: () => false };

/** @returns the exit code; everything foreseen has been reported on context.err. */
export async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    context.err.write(`${visible(`sshctl: ${[error.message, error.remedy ?? []].flat().join(" ")}`)}\n`);
    return error.exitCode;
  }
}

async function dispatch(typed: readonly string[], context: Context): Promise<ExitCode> {
  const [word = "--help", ...others] = typed;
  const first = otherNames.get(word) ?? word;
  const args = [first, ...others];
  if (first === "help") return dispatch([...others, "--help"], context);
  if (first === "--version" || first === "-V" || first === "version") return say(`${version}\n`, context);
  if (first === "completion" && others[0] === "values") return completeValues(others.slice(1), context);
  const bare = others.length === 0 ? await bareCommand(first) : undefined;
  if (bare !== undefined) return bare.run(nothingGiven, context);
  const { command, given } = await parse(args);
  if (given.flag("version")) return say(`${version}\n`, context);
  if (command !== undefined && "run" in command && !given.flag("help")) return command.run(given, context);
  const { helpOf, overview } = await import("./help.ts");
  const width = widthOf(context.out);
  return say(command === undefined ? overview(await loadCommands([]), width) : helpOf(command, width), context);
}

/** What a name does without anything behind it: there is nothing to parse, and to load yargs takes a quarter of a short list. */
async function bareCommand(name: string): Promise<Command | undefined> {
  const command = await commands.get(name)?.();
  return command !== undefined && "commands" in command ? command.alone : command;
}

/** @throws UsageError */
async function parse(args: readonly string[]): Promise<ParsedArguments> {
  const { parseArguments } = await import("./arguments.ts");
  try {
    return parseArguments(args, await loadCommands(args), [...commands.keys()]);
  } catch (error) {
    if (!(error instanceof UnknownOptionError)) throw error;
    const { tellWhoseOption } = await import("../commands/whose-option.ts");
    throw tellWhoseOption(error, await loadCommands([]));
  }
}

/** What a completion asks at a TAB: not for people, and without what it takes to understand people. */
async function completeValues([what]: readonly string[], context: Context): Promise<ExitCode> {
  const { findValues, parseLiveValues } = await import("../features/completion/values.ts");
  return say(await findValues(parseLiveValues(what), context), context);
}

function say(text: string, { out }: Context): ExitCode {
  out.write(text);
  return exitCodes.done;
}

/** The command that stands first. Where none does, all of them: what looks like a name may be the value of an option. */
export async function loadCommands([first = ""]: readonly string[]): Promise<(Command | CommandGroup)[]> {
  const named = commands.get(first);
  return Promise.all((named === undefined ? [...commands.values()] : [named]).map((load) => load()));
}
