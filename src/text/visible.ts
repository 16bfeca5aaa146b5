/**
 * The one exit for text that a stranger could have chosen: titles, users, hosts, commands. Everything a terminal could
 * obey and everything a reader could not see becomes visible: control characters, formats (bidi overrides, zero width),
 * separators, surrogates, private and unassigned characters, and spaces that are not the plain one.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** The text in one line, safe to print: "\n" becomes `\n`, ESC becomes `\x1b`, U+202E becomes `\u{202e}`. */
export function visible(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(unprintable, escape);
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return named.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
}

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** JSON that carries the true value and still prints safely: the same characters in JSON's own escapes. */
export function visibleJson(json: string): string {
  return /^[\n\x20-\x7e]*$/.test(json)
    ? json
    : json.replace(/[^\n\x20-\x7e]+/g, (part) => part.replace(unprintable, utf16Escapes));
}

function utf16Escapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
