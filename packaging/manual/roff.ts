/**
 * @returns text as man(7) shows it literally. A request would begin with `.` or `'` at the start of a line, and what is not
 * ASCII depends on the reader's groff unless it is named by its code point: groff_char(7). Long lists may break at a comma.
 */
export function literal(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/,(?! |$)/g, ",\\:")
    .replaceAll(/[^\x20-\x7e]/gu, (character) => `\\[u${codePoint(character)}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** groff_char(7): at least four digits, in capitals. */
function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/** A macro with one argument, which quotes hold together. */
export function macro(name: string, text: string): string {
  return `.${name} "${literal(text)}"`;
}

/** A term, and what is said of it below. */
export function item(title: string, text: string): string[] {
  return [".TP", macro("B", title), literal(text)];
}
