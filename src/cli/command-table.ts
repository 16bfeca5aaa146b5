import type { Command, CommandGroup } from "./command.ts";
import type { Context } from "./context.ts";

/** All commands, by the words that call them; in the order of the help. */
export interface CommandTable {
  /** Loaded only when needed: most of a short command's time would go into loading the others. */
  loaders: ReadonlyMap<string, () => Promise<Command | CommandGroup>>;
  /** Names that people have in their fingers. */
  otherNames: ReadonlyMap<string, string>;
  /** What programs ask by two words, at once: answered without the parser. */
  unparsed: ReadonlyMap<string, (words: readonly string[], context: Context) => Promise<string>>;
}

export async function loadAll({ loaders }: CommandTable): Promise<(Command | CommandGroup)[]> {
  return Promise.all([...loaders.values()].map((load) => load()));
}
