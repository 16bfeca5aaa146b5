import { textWidth } from "../../../text/width.ts";
import { wrapWords } from "../../../text/wrap.ts";
import { visible } from "../../../text/visible.ts";

/** Safe lines, none wider than the screen: what is longer goes on in the next one. */
export function wrapLines(lines: readonly string[], columns: number): string[] {
  return lines
    .flatMap((line) => wrapWords(visible(line), columns, textWidth))
    .flatMap((line) => breakWord(line, columns));
}

/** A word that is longer than a line. */
function breakWord(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  const wrapped: string[] = [];
  let current = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(line)) {
    if (textWidth(current + segment) > columns) {
      wrapped.push(current);
      current = "";
    }
    current += segment;
  }
  return [...wrapped, current];
}
