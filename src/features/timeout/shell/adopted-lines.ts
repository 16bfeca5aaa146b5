/**
 * Lines of somebody else that set TMOUT, put out of action and back. They become a command that does nothing, with the line
 * behind it as a comment: where a line was the only command of an `if`, the shell still wants one there.
 */
const prefix = ": # sshctl timeout has adopted: ";

/** @param lines - their numbers, counted from 1. */
export function adoptLines(text: string, lines: readonly number[]): string {
  return text
    .split("\n")
    .map((line, index) => (lines.includes(index + 1) ? prefix + line : line))
    .join("\n");
}

export function restoreLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith(prefix) ? line.slice(prefix.length) : line))
    .join("\n");
}
