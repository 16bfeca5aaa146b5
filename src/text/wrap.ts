/** Columns of the terminal; undefined where there is none. */
export type Width = number | undefined;

type Measure = (text: string) => number;

const letters: Measure = (text) => text.length;

/**
 * Lines of whole words. Further lines are indented by two more columns than the first. What stands in quotes is to be copied, and
 * is one word.
 *
 * @param room - columns; without a limit it stays one line. A longer word gets a line for itself.
 */
export function wrapWords(text: string, room: Width, measure = letters): string[] {
  if (room === undefined || measure(text) <= room) return [text];
  const indent = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  for (const word of wordsOf(text.slice(indent.length))) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(indent + word);
    else if (measure(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}  ${word}`);
  }
  return lines;
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let isQuoted = false;
  const isPaired = marksIn(text) % 2 === 0;
  for (const part of text.split(" ")) {
    const last = words.at(-1);
    if (isQuoted && last !== undefined) words[words.length - 1] = `${last} ${part}`;
    else words.push(part);
    if (isPaired && marksIn(part) % 2 === 1) isQuoted = !isQuoted;
  }
  return words;
}

function marksIn(text: string): number {
  return text.split('"').length - 1;
}

/**
 * A text beside its label, with further lines below its own beginning.
 *
 * @param label - may be painted; as wide as the place that it takes.
 * @param place - how many columns the label takes.
 */
export function hangingIndent(label: string, place: number, text: string, width: Width, measure = letters): string[] {
  const room = width === undefined ? undefined : Math.max(narrowest, width - place);
  const [first = "", ...others] = wrapWords(text, room, measure);
  return [label + first, ...others.map((line) => " ".repeat(place) + line.trimStart())];
}

/** Where less is left beside the label, the terminal breaks the lines: nobody could read columns of single words. */
const narrowest = 20;

/** Each line in whole words, with a line break behind it. */
export function paragraph(lines: readonly string[], width: Width, measure = letters): string {
  return lines
    .flatMap((line) => wrapWords(line, width, measure))
    .map((line) => `${line}\n`)
    .join("");
}
