/** A word as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : quotedWord(word);
}

/** The same in quotes whatever it is: one word of every shell in which a backslash means nothing between them. */
export function quotedWord(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Words for getopt_long(3): those that could be taken for options stand behind "--". */
export function plainWords(words: readonly string[]): string[] {
  return words.some((word) => word.startsWith("-")) ? ["--", ...words] : [...words];
}
