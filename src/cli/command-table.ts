import type { Command, CommandGroup, Overview } from "./command.ts";
import type { Context } from "./context.ts";

/** All commands, by the words that call them; in the order of the help. */
export interface CommandTable {
  /** Loaded only when needed: to load all of them would take most of the time of a short command. */
  loaders: ReadonlyMap<string, () => Promise<Command | CommandGroup>>;
  overview: Overview;
  /** Second names, which people know from other tools. */
  otherNames: ReadonlyMap<string, string>;
  /** Questions of programs, named by two words, and answered without the parser. */
  unparsed: ReadonlyMap<string, (words: readonly string[], context: Context) => Promise<string>>;
}

export async function loadAll({ loaders }: CommandTable): Promise<(Command | CommandGroup)[]> {
  return Promise.all([...loaders.values()].map((load) => load()));
}
