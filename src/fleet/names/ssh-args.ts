/** Arguments for ssh(1) that an inventory holds as one text. */

/**
 * Cuts a text as a shell does: spaces part words, quotes and backslashes keep them together. Nothing is expanded.
 *
 * @returns undefined where a quote is not closed.
 */
export function splitWords(text: string): string[] | undefined {
  if (!/^(?:[^"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')*$/.test(text)) return undefined;
  const words = text.match(/(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'/g,
      (_, escaped?: string, double?: string, single?: string) =>
        escaped ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? single ?? "",
    ),
  );
}

/**
 * Only what says how a host is reached: an option that opens forwards, terminals or background processes is none of that, and
 * would stand behind those of the engine and undo them.
 *
 * @returns the first argument that is not taken over; undefined where all are.
 */
export function findForeignArgument(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (/^-[46Cq]+$/.test(word)) continue;
    const [, letter, attached] = /^-([oJFipl])(.*)$/s.exec(word) ?? [];
    if (letter === undefined) return word;
    const value = attached === "" ? words[(at += 1)] : attached;
    if (value === undefined || (letter === "o" && forbidden.test(value))) return value ?? word;
  }
  return undefined;
}

/** Programs to be run here, and what the engine has decided: ssh(1) takes the first value, so those would have no effect anyway. */
const forbidden =
  /^\s*(?:LocalCommand|PermitLocalCommand|RemoteCommand|ForkAfterAuthentication|StdinNull|SessionType)\b/i;
