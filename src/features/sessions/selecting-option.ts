import { parseNetwork } from "../../domain/address.ts";
import { parseTty } from "../../domain/tty.ts";
import type { Hint } from "../../cli/command.ts";

/** "--user alice", "--from 10.0.0.0/8": the option that chooses the sessions which a word may mean. */
export function selectingOption(word: string): string | undefined {
  if (parseNetwork(word) !== undefined) return `--from ${word}`;
  if (parseTty(word) !== undefined) return `--tty ${word}`;
  return userOption(word);
}

/** "--user alice", for a word that can be the name of an account. */
export function userOption(word: string): string | undefined {
  return /^[a-z_][\w.-]{0,31}$/i.test(word) ? `--user ${word}` : undefined;
}

/** For a word behind a command that chooses by options only. */
export function hintFor(command: string): Hint {
  return (word) => {
    const option = selectingOption(word);
    return option && `sshctl ${command} ${option}`;
  };
}
