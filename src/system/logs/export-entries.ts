/** The fields of an entry of the journal, by their names. */
export interface Fields {
  /** Empty where there is none, or where it is longer than anything that is read. */
  text: (name: string) => string;
  /** NaN where there is none, and where it is no whole number without a sign. */
  number: (name: string) => number;
}

/** No field that tells something is as long. journald takes fields of hundreds of megabytes, of everybody. */
const mostBytes = 16_384;

const [newline, equals] = [10, 61];

/**
 * Reads what `journalctl --output=export` prints, in pieces as they come: https://systemd.io/JOURNAL_EXPORT_FORMATS. Fields are lines
 * `NAME=value`; a value that holds line breaks or other binary bytes follows the line `NAME` and its length, 64 bits, little endian. An
 * empty line ends an entry. journalctl writes this in two thirds of the time that JSON takes it.
 */
export class ExportReader {
  readonly #fields = new Map<string, Field>();
  readonly #byLength: Field[][] = [];
  readonly #take: (read: Fields) => void;
  readonly #read: Fields = {
    text: (name) => {
      const field = this.#fields.get(name);
      return field?.entry === this.#entry ? textOf(field) : "";
    },
    number: (name) => {
      const field = this.#fields.get(name);
      return field?.entry === this.#entry ? numberOf(field) : Number.NaN;
    },
  };
  /** Counts the entries, so that nothing has to be emptied in between. */
  #entry = 1;
  #rest: Buffer = nothing;
  /** Bytes of a field that is not read. */
  #toSkip = 0;
  #skipsLine = false;

  /**
   * @param names - of the fields that are read; of one that an entry has twice, the first counts.
   * @param take - gets each entry; `read` is of that entry only during the call.
   */
  constructor(names: readonly string[], take: (read: Fields) => void) {
    this.#take = take;
    for (const name of names) {
      const field: Field = { name: Buffer.from(name), entry: 0, source: nothing, start: 0, size: 0, read: undefined };
      this.#fields.set(name, field);
      (this.#byLength[name.length] ??= []).push(field);
    }
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = this.#skip(bytes);
    while (start < bytes.length) {
      const next = bytes[start] === newline ? this.#endEntry(start) : this.#readField(bytes, start);
      if (next === undefined) break;
      start = next;
    }
    this.#rest = bytes.subarray(start);
    if (this.#rest.length <= 2 * mostBytes) return;
    this.#rest = nothing;
    this.#skipsLine = true;
  }

  /** @returns where reading goes on. */
  #skip(bytes: Buffer): number {
    if (this.#skipsLine) {
      const end = bytes.indexOf(newline);
      this.#skipsLine = end < 0;
      return end < 0 ? bytes.length : end + 1;
    }
    const skipped = Math.min(this.#toSkip, bytes.length);
    this.#toSkip -= skipped;
    return skipped;
  }

  #endEntry(start: number): number {
    this.#take(this.#read);
    this.#entry += 1;
    return start + 1;
  }

  /** @returns where the next one begins; undefined where more bytes are needed. */
  #readField(bytes: Buffer, start: number): number | undefined {
    let end = start;
    while (end < bytes.length && bytes[end] !== equals && bytes[end] !== newline) end += 1;
    if (end === bytes.length) return undefined;
    const field = this.#fieldAt(bytes, start, end);
    if (bytes[end] === newline) return this.#readBinary(bytes, end + 1, field);
    const begin = end + 1;
    while (end < bytes.length && bytes[end] !== newline) end += 1;
    if (end === bytes.length) return undefined;
    if (field !== undefined) this.#set(field, bytes, begin, end);
    return end + 1;
  }

  #readBinary(bytes: Buffer, start: number, field: Field | undefined): number | undefined {
    const begin = start + 8;
    if (begin > bytes.length) return undefined;
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset + start, 8).getBigUint64(0, true));
    const end = begin + size;
    if (size > mostBytes) {
      this.#toSkip = Math.max(0, end + 1 - bytes.length);
      return Math.min(end + 1, bytes.length);
    }
    if (end >= bytes.length) return undefined;
    if (field !== undefined) this.#set(field, bytes, begin, end);
    return end + 1;
  }

  #fieldAt(bytes: Buffer, start: number, end: number): Field | undefined {
    for (const field of this.#byLength[end - start] ?? none)
      if (isSame(field.name, 0, bytes, start, end - start)) return field;
    return undefined;
  }

  #set(field: Field, bytes: Buffer, start: number, end: number): void {
    if (field.entry === this.#entry || end - start > mostBytes) return;
    field.entry = this.#entry;
    field.source = bytes;
    field.start = start;
    field.size = end - start;
  }
}

const nothing = Buffer.alloc(0);
const none: readonly Field[] = [];

interface Field {
  name: Buffer;
  /** The last entry that has it. */
  entry: number;
  /** Where its value is. */
  source: Buffer;
  start: number;
  size: number;
  /** The last value that was read. */
  read: { bytes: Buffer; start: number; size: number; text: string } | undefined;
}

/** Mostly the same as before, of which a million copies would fill the memory. */
function textOf(field: Field): string {
  const { source, start, size, read } = field;
  if (read?.size === size && isSame(read.bytes, read.start, source, start, size)) return read.text;
  const text = source.toString("utf8", start, start + size);
  field.read = { bytes: source, start, size, text };
  return text;
}

/** Without a text for each of millions of times. */
function numberOf({ source, start, size }: Field): number {
  let number = size === 0 ? Number.NaN : 0;
  for (let index = start; index < start + size; index += 1) {
    const digit = (source[index] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

const zero = 48;

function isSame(one: Buffer, oneStart: number, other: Buffer, otherStart: number, size: number): boolean {
  for (let index = 0; index < size; index += 1) if (one[oneStart + index] !== other[otherStart + index]) return false;
  return true;
}
