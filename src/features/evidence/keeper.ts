/** Keeps files in the evidence, as long as there is room, and remembers what could not be kept. */
import type { AddedFile, NewArchive } from "../../host/files/new-archive.ts";
import { isUnread, type ForeignFile, type ForeignFiles } from "../../host/files/foreign-files.ts";
import type { Kept } from "./evidence.ts";
import { evidenceLimits } from "./limits.ts";

/** Why nothing of a mount may be read, as ForeignFiles asks for it. */
export type Admit = (mount: number | undefined) => string | undefined;

export class Keeper {
  /** In the order in which they were added. */
  readonly files: AddedFile[] = [];
  readonly #gaps: string[] = [];
  #moreGaps = 0;
  bytes = 0;
  readonly #archive: NewArchive;
  readonly #foreign: ForeignFiles;
  readonly #limitBytes: number;
  readonly #tell: () => void;
  /** What was kept already, by the numbers of its file system and inode. */
  readonly #same = new Map<string, Kept>();

  /** @param tell - is told after each file. */
  constructor(archive: NewArchive, foreign: ForeignFiles, limitBytes: number, tell: () => void) {
    this.#archive = archive;
    this.#foreign = foreign;
    this.#limitBytes = limitBytes;
    this.#tell = tell;
  }

  /** What is missing, and why; sentences without their full stop. */
  get gaps(): readonly string[] {
    return this.#moreGaps === 0 ? this.#gaps : [...this.#gaps, `and ${String(this.#moreGaps)} more of that kind`];
  }

  /** @param gap - a sentence without its full stop. A user can bring about as many as they like. */
  miss(gap: string): void {
    if (this.#gaps.length < mostGaps) this.#gaps.push(gap);
    else this.#moreGaps += 1;
  }

  /** Something that is told by ourselves; it is kept whatever the limit. */
  text(name: string, text: string | Buffer): Kept {
    const bytes = Buffer.from(text);
    return keptOf(this.#add(name, bytes.length, [bytes]));
  }

  /** A text that the kernel makes up as it is read. @returns undefined for one that is empty or cannot be read. */
  kernelText(name: string, path: string, what: string): { kept: Kept; bytes: Buffer } | undefined {
    const read = this.#foreign.read(path, evidenceLimits.text + 1, admitAll, ({ chunks }) =>
      Buffer.concat([...chunks]),
    );
    if (isUnread(read)) {
      this.miss(`${what} was not read: ${read.unread}`);
      return undefined;
    }
    if (read.length === 0 || !this.hasRoom(read.length, what)) return undefined;
    if (read.length > evidenceLimits.text) this.miss(`${what} was cut after ${String(evidenceLimits.text)} bytes`);
    const bytes = read.subarray(0, evidenceLimits.text);
    return { kept: this.text(name, bytes), bytes };
  }

  /** A file of somebody else's. One that has been kept already is not kept again. */
  foreignFile(name: string, path: string, what: string, limitBytes: number, admit: Admit): Kept | undefined {
    const kept = this.#foreign.read(path, limitBytes, admit, (file) => this.#keepOnce(name, file, what, limitBytes));
    if (!isUnread(kept)) return kept;
    this.miss(`${what} was not kept: ${kept.unread}`);
    return undefined;
  }

  #keepOnce(name: string, file: ForeignFile, what: string, limitBytes: number): Kept | undefined {
    const key = `${String(file.dev)}:${String(file.ino)}`;
    const known = this.#same.get(key);
    if (known !== undefined) return known;
    const size = Math.min(file.size, limitBytes);
    if (this.#same.size >= evidenceLimits.files) {
      this.miss(`${what} was not kept: ${String(evidenceLimits.files)} files are`);
      return undefined;
    }
    if (!this.hasRoom(size, what)) return undefined;
    if (file.size > limitBytes)
      this.miss(`${what} has ${String(file.size)} bytes, of which the first ${String(limitBytes)} were kept`);
    const added = this.#add(name, size, file.chunks);
    const missing = size - added.bytes + added.padding;
    if (missing > 0)
      this.miss(
        `${what} became shorter while it was read: the last ${String(missing)} bytes are missing${added.padding > 0 ? ", and zeros stand for them" : ""}`,
      );
    const kept = keptOf(added);
    this.#same.set(key, kept);
    return kept;
  }

  /** Memory in pieces, one behind the other. @param size - of all pieces. */
  pieces(name: string, size: number, chunks: Iterable<Buffer>): Kept {
    return keptOf(this.#add(name, size, chunks));
  }

  /** Otherwise it is a gap. */
  hasRoom(size: number, what: string): boolean {
    if (this.bytes + size <= this.#limitBytes) return true;
    this.miss(`${what} was not kept: all of the evidence would be larger than ${String(this.#limitBytes)} bytes`);
    return false;
  }

  #add(name: string, size: number, chunks: Iterable<Buffer>): AddedFile {
    const added = this.#archive.add(name, size, chunks);
    this.files.push(added);
    this.bytes += added.bytes;
    this.#tell();
    return added;
  }
}

function keptOf({ name, bytes, sha256 }: AddedFile): Kept {
  return { file: name, bytes, sha256 };
}

const mostGaps = 1000;

const admitAll = (): undefined => undefined;
