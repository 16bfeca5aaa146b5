/** Cuts a text that comes in pieces into lines, of which it never holds more than one. */

export interface ScannedLine {
  /** Counted from 1. */
  number: number;
  /** Without its line feed. */
  bytes: Buffer;
  /** Whether the line is longer than what is held of it. */
  isCut: boolean;
}

const lineFeed = 10;

export class LineScanner {
  #held = Buffer.alloc(0);
  #isCut = false;
  #number = 1;
  readonly #longestBytes: number;
  readonly #isOfInterest: (lines: Buffer) => boolean;
  readonly #take: (line: ScannedLine) => void;

  /**
   * @param isOfInterest - whether a line that is meant can be among these; the others are only counted.
   * @param take - is given single lines, and every line that was cut.
   */
  constructor(longestBytes: number, isOfInterest: (lines: Buffer) => boolean, take: (line: ScannedLine) => void) {
    this.#longestBytes = longestBytes;
    this.#isOfInterest = isOfInterest;
    this.#take = take;
  }

  push(chunk: Buffer): void {
    const rest = this.#isCut ? this.#behindCutLine(chunk) : chunk;
    const end = rest.lastIndexOf(lineFeed);
    if (end >= 0) {
      const first = rest.indexOf(lineFeed) + 1;
      this.#takeAll(Buffer.concat([this.#giveUpHeld(), rest.subarray(0, first)]));
      this.#takeAll(rest.subarray(first, end + 1));
    }
    this.#hold(rest.subarray(end + 1));
  }

  /** The last line may lack its line feed. */
  end(): void {
    const last = this.#giveUpHeld();
    if (last.length > 0) this.#take({ number: this.#number, bytes: last, isCut: this.#isCut });
  }

  #hold(bytes: Buffer): void {
    if (this.#isCut || bytes.length === 0) return;
    this.#isCut = this.#held.length + bytes.length > this.#longestBytes;
    this.#held = Buffer.concat([this.#held, bytes]).subarray(0, this.#longestBytes);
  }

  #giveUpHeld(): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  /** What follows the line of which only the beginning is held. */
  #behindCutLine(chunk: Buffer): Buffer {
    const end = chunk.indexOf(lineFeed);
    if (end < 0) return Buffer.alloc(0);
    this.#take({ number: this.#number, bytes: this.#giveUpHeld(), isCut: true });
    this.#number += 1;
    this.#isCut = false;
    return chunk.subarray(end + 1);
  }

  /** @param lines - each with its line feed. */
  #takeAll(lines: Buffer): void {
    const isOfInterest = this.#isOfInterest(lines);
    if (!isOfInterest && lines.length <= this.#longestBytes) {
      this.#number += countLines(lines);
      return;
    }
    for (let start = 0; start < lines.length;) {
      const end = lines.indexOf(lineFeed, start);
      const bytes = lines.subarray(start, end);
      if (bytes.length > this.#longestBytes) {
        this.#take({ number: this.#number, bytes: bytes.subarray(0, this.#longestBytes), isCut: true });
      } else if (isOfInterest && this.#isOfInterest(bytes)) {
        this.#take({ number: this.#number, bytes, isCut: false });
      }
      this.#number += 1;
      start = end + 1;
    }
  }
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (const byte of lines) if (byte === lineFeed) count += 1;
  return count;
}
