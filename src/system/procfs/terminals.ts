import type { TerminalActivity, Tty } from "../../domain/tty.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

/** When somebody last typed, and something was last printed, on every pseudo-terminal: pts(4). */
export function readTerminals(files: Files, folder: string): Map<Tty, TerminalActivity> {
  const terminals = new Map<Tty, TerminalActivity>();
  for (const name of orUndefined(files.names(folder)) ?? []) {
    const facts = files.facts(`${folder}/${name}`);
    if (isPresent(facts)) terminals.set(`pts/${name}`, { lastInputMs: facts.atimeMs, lastOutputMs: facts.mtimeMs });
  }
  return terminals;
}
