import { parseNetwork } from "../domain/address.ts";
import { parseTty } from "../domain/tty.ts";

/** "--user alice", "--from 10.0.0.0/8": the option that chooses the sessions which a word may mean. */
export function selectingOption(word: string): string | undefined {
  if (parseNetwork(word) !== undefined) return `--from ${word}`;
  if (parseTty(word) !== undefined) return `--tty ${word}`;
  return /^[a-z_][\w.-]{0,31}$/i.test(word) ? `--user ${word}` : undefined;
}
