import type { TerminalActivity, Tty } from "../../domain/tty.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

/** When somebody last typed, and something was last printed, on every pseudo-terminal: pts(4). */
export function readTerminals(files: Files): Map<Tty, TerminalActivity> {
  const terminals = new Map<Tty, TerminalActivity>();
  for (const name of orUndefined(files.names("/dev/pts")) ?? []) {
    const facts = files.facts(`/dev/pts/${name}`);
    if (isPresent(facts)) terminals.set(`pts/${name}`, { lastInputMs: facts.atimeMs, lastOutputMs: facts.mtimeMs });
  }
  return terminals;
}
