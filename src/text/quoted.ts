/** A text that a stranger chose, as messages quote it: the start of a long one tells enough. */
export function quoted(text: string): string {
  return text.length <= longest ? `"${text}"` : `"${text.slice(0, longest)}…" (${String(text.length)} characters)`;
}

const longest = 80;
