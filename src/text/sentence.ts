/** With a full stop, unless it has its end. */
export function sentence(text: string): string {
  return text.replace(/(?<![.!?])$/, ".");
}
