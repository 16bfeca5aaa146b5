import stringWidth from "string-width";

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  return /^[\x20-\x7e…]*$/.test(text) ? text.length : stringWidth(text);
}
