/**
 * A block of ours in a file of somebody else: between two marks, added behind all that is there, and taken away so that the
 * rest is again what it was, byte for byte. The first mark says what else the block brought with it.
 */
const firstMark = "# >>> sshctl timeout >>>";
const lastMark = "# <<< sshctl timeout <<<";
const pattern =
  /^# >>> sshctl timeout >>>(?: (created the file|ended the line above))?\n(.*?)^# <<< sshctl timeout <<<\n?/gms;

export interface MarkedBlock {
  /** The lines between the marks. */
  body: string;
  /** The number of the first of these lines. */
  line: number;
}

/** The file has one mark without the other, or marks that have been changed: where the block ends can only be guessed. */
export class DamagedBlockError extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`a block written by sshctl is damaged: the mark in line ${String(line)} has no counterpart`);
    this.line = line;
  }
}

/** @throws DamagedBlockError */
export function findBlock(text: string): MarkedBlock | undefined {
  rejectDamage(text);
  const [match] = text.matchAll(pattern);
  return match && { body: match[2] ?? "", line: lineAt(text, match.index) + 1 };
}

/**
 * The text with a block of this body: in place of the one that is there, else at the end.
 *
 * @param text - undefined for a file that is not there.
 * @throws DamagedBlockError
 */
export function withBlock(text: string | undefined, body: string): string {
  const block = (note: string) => `${firstMark}${note}\n${body}${lastMark}\n`;
  if (text === undefined) return block(" created the file");
  if (findBlock(text) !== undefined) {
    return text.replace(pattern, (_, note?: string) => block(note === undefined ? "" : ` ${note}`));
  }
  return text === "" || text.endsWith("\n") ? text + block("") : `${text}\n${block(" ended the line above")}`;
}

/**
 * @returns the text without the block; undefined when the file should go, because the block has made it.
 * @throws DamagedBlockError
 */
export function withoutBlock(text: string): string | undefined {
  rejectDamage(text);
  const notes: (string | undefined)[] = [];
  const rest = text.replace(pattern, (_, note?: string) => {
    notes.push(note);
    return "";
  });
  if (rest === "" && notes.includes("created the file")) return undefined;
  // Where lines have been added behind the block since, the line above stays ended.
  const endsWithBlock = text.endsWith(`${lastMark}\n`) || text.endsWith(lastMark);
  return notes.at(-1) === "ended the line above" && endsWithBlock ? rest.slice(0, -1) : rest;
}

/** More than a few marks are nobody's mistake, and would take long to match with each other. */
const mostMarks = 8;

function rejectDamage(text: string): void {
  if (text.split(firstMark).length > mostMarks) throw new DamagedBlockError(lineAt(text, text.indexOf(firstMark)));
  const rest = text.replace(pattern, (block) => block.replace(/[^\n]/g, ""));
  const stray = /^# (?:>>> sshctl timeout >>>|<<< sshctl timeout <<<)/m.exec(rest);
  if (stray !== null) throw new DamagedBlockError(lineAt(rest, stray.index));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
