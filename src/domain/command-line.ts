/** A word as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Words for getopt_long(3): those that could be taken for options stand behind "--". */
export function plainWords(words: readonly string[]): string[] {
  return words.some((word) => word.startsWith("-")) ? ["--", ...words] : [...words];
}
