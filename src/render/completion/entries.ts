/** What can be completed, out of the tables that feed the parser and the help. */
import { isGroup, type Command, type CommandGroup } from "../../commands/command.ts";

/** What follows some words of a command line. */
export interface Entry {
  /** "list", "timeout set". */
  path: string;
  summary: string;
  options: readonly CompletedOption[];
  /** The last words of the commands behind this one. */
  others: readonly CompletedWord[];
}

export interface CompletedWord {
  word: string;
  summary: string;
}

export interface CompletedOption {
  long: string;
  short: string | undefined;
  takesValue: boolean;
  describe: string;
}

export function entriesOf(commands: readonly (Command | CommandGroup)[]): Entry[] {
  return commands.flatMap((each) => {
    if (!isGroup(each)) return [commandEntry(each, [])];
    const alone = each.alone?.options ?? {};
    return [
      commandEntry({ ...each, options: alone }, each.commands),
      ...each.commands.map((one) => commandEntry(one, [])),
    ];
  });
}

/** Those that stand first on a command line. */
export function firstWords(entries: readonly Entry[]): CompletedWord[] {
  return entries.flatMap(({ path, summary }) => (path.includes(" ") ? [] : { word: path, summary }));
}

function commandEntry(
  { name, summary, options }: Pick<Command, "name" | "summary" | "options">,
  others: readonly Command[],
): Entry {
  return {
    path: name,
    summary,
    options: [
      ...Object.entries(options).flatMap(([long, { hidden, alias, value, describe }]) =>
        hidden === true ? [] : { long, short: alias, takesValue: value !== undefined, describe },
      ),
      { long: "help", short: "h", takesValue: false, describe: "what this command takes" },
    ],
    others: others.map((other) => ({ word: other.name.slice(name.length + 1), summary: other.summary })),
  };
}

/** As one word of any of the three shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
