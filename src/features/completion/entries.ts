/** What can be completed, out of the tables that feed the parser and the help. */
import {
  isGroup,
  liveValues,
  type Command,
  type CommandGroup,
  type LiveValues,
  type Offer,
  type ShellValues,
} from "../../cli/command.ts";

/** What follows some words of a command line. */
export interface Entry {
  /** "list", "timeout set". */
  path: string;
  /** Other words that call it. */
  aliases: readonly string[];
  summary: string;
  options: readonly CompletedOption[];
  /** The last words of the commands behind this one. */
  others: readonly CompletedWord[];
  /** What its arguments can be. */
  words: Offer | undefined;
}

export interface CompletedWord {
  word: string;
  summary: string;
}

export interface CompletedOption {
  long: string;
  short: string | undefined;
  takesValue: boolean;
  /** Offered only to whoever has begun to type it: there are as many of them as of the others. */
  isNegation: boolean;
  offer: Offer | undefined;
  describe: string;
}

/** @param otherNames - further words that call commands. */
export function entriesOf(
  commands: readonly (Command | CommandGroup)[],
  otherNames: ReadonlyMap<string, string>,
): Entry[] {
  const found = commands.flatMap((each) => {
    const aliases = [...otherNames].flatMap(([other, name]) => (name === each.name ? other : []));
    if (!isGroup(each)) return [{ ...commandEntry(each, []), aliases }];
    const alone = each.alone?.options ?? {};
    return [
      { ...commandEntry({ ...each, options: alone }, each.commands), aliases },
      ...each.commands.map((one) => commandEntry(one, [])),
    ];
  });
  const help = { path: "help", aliases: [], summary: "Show the help of a command", options: [], words: undefined };
  return [...found, { ...help, others: firstWords(found) }];
}

/** Those that stand first on a command line. */
export function firstWords(entries: readonly Entry[]): CompletedWord[] {
  return entries.flatMap(({ path, summary }) => (path.includes(" ") ? [] : { word: path, summary }));
}

/** Other words that call a command, with its own. */
export function aliasPairs(entries: readonly Entry[]): (readonly [alias: string, path: string])[] {
  return entries.flatMap(({ path, aliases }) => aliases.map((alias) => [alias, path] as const));
}

/** Commands of two words. */
export function groupedPaths(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ path }) => (path.includes(" ") ? path : []));
}

function commandEntry(
  { name, summary, options, words }: Pick<Command, "name" | "summary" | "options" | "words">,
  others: readonly Command[],
): Entry {
  return {
    path: name,
    aliases: [],
    summary,
    options: [
      ...Object.entries(options).flatMap(([long, { hidden, alias, value, offer, describe }]) =>
        hidden === "refused"
          ? []
          : {
              long,
              short: alias,
              takesValue: value !== undefined,
              isNegation: long.startsWith("not-"),
              offer,
              describe: hidden === "negation" ? `but not: ${describe}` : describe,
            },
      ),
      {
        long: "help",
        short: "h",
        takesValue: false,
        isNegation: false,
        offer: undefined,
        describe: "show the help of this command",
      },
    ],
    others: others.map((other) => ({ word: other.name.slice(name.length + 1), summary: other.summary })),
    words: words?.offer,
  };
}

/** What the shell itself knows is not asked of sshctl. */
export function isShellValues(offer: LiveValues | ShellValues): offer is ShellValues {
  return !liveValues.some((name) => name === offer);
}
