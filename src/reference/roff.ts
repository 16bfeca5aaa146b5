/** @returns text as man(7) shows it literally; a request could begin with `.` or `'` at the start of a line (groff(7)). */
export function literal(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq").replaceAll("\n", " ");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** A macro with one argument, which quotes hold together. */
export function macro(name: string, text: string): string {
  return `.${name} "${literal(text)}"`;
}
