/** A position in a script, and what can be read from there. */
export class ScriptReader {
  readonly source: string;
  position = 0;
  /** Of here-documents whose text begins behind the next line end. */
  readonly pendingDocuments: { delimiter: string; stripsTabs: boolean; accept: (body: string) => void }[] = [];
  private depth = 0;
  private readonly firstLine: number;
  private readonly lineEnds: readonly number[];

  constructor(source: string, firstLine: number) {
    this.source = source;
    this.firstLine = firstLine;
    this.lineEnds = [...source.matchAll(/\n/g)].map(({ index }) => index);
  }

  get line(): number {
    let [low, high] = [0, this.lineEnds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.lineEnds[middle] ?? 0) < this.position) low = middle + 1;
      else high = middle;
    }
    return this.firstLine + low;
  }

  get isAtEnd(): boolean {
    return this.position >= this.source.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.source.charAt(this.position);
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.position);
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.position += text.length;
    return true;
  }

  /** @param pattern - with the flag y. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source) ?? undefined;
    if (found !== undefined) this.position += found[0].length;
    return found;
  }

  /** @param pattern - with the flag y. */
  peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.source) ?? undefined;
  }

  /** Everything up to and with this text. */
  takeThrough(text: string): string {
    const end = this.source.indexOf(text, this.position);
    if (end < 0) throw this.trouble(`there is no closing ${text} for what begins here`);
    const taken = this.source.slice(this.position, end);
    this.position = end + text.length;
    return taken;
  }

  trouble(reason: string): UnreadableError {
    return new UnreadableError(reason, this.line);
  }

  /** Keeps what is nested without an end from filling the stack. */
  nested<T>(read: () => T): T {
    if (this.depth >= 100) throw this.trouble("it is nested too deeply");
    this.depth += 1;
    const result = read();
    this.depth -= 1;
    return result;
  }

  /** Blanks, continued lines, and a comment if one begins here. */
  skipBlanks(): void {
    this.match(/(?:[ \t]|\\\n)*/y);
    this.match(/#[^\n]*/y);
  }

  /** Goes to the next line, behind the here-documents that begin there. */
  takeLineEnd(): boolean {
    if (!this.take("\n")) return false;
    for (const { delimiter, stripsTabs, accept } of this.pendingDocuments.splice(0))
      accept(this.takeDocument(delimiter, stripsTabs));
    return true;
  }

  /** Where a command has to end. */
  endLine(): void {
    if (!this.isAtEnd && !this.takeLineEnd()) throw this.trouble("this is not understood");
  }

  private takeDocument(delimiter: string, stripsTabs: boolean): string {
    const start = this.position;
    while (!this.isAtEnd) {
      const end = this.source.indexOf("\n", this.position);
      const line = this.source.slice(this.position, end < 0 ? undefined : end);
      const before = this.position;
      this.position = end < 0 ? this.source.length : end + 1;
      if ((stripsTabs ? line.replace(/^\t+/, "") : line) === delimiter) return this.source.slice(start, before);
    }
    return this.source.slice(start);
  }
}

/** Here begins what the reader does not understand. */
export class UnreadableError extends Error {
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}
