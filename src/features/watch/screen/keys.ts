/** A key by its name, or the character that it types. */
export type Key = NamedKey | { character: string };

export type NamedKey =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | "redraw";

/** What terminals send: xterm's ctlseqs, "PC-Style Function Keys"; the Linux console and rxvt differ in home and end. */
const named: ReadonlyMap<string, NamedKey> = new Map<string, NamedKey>([
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[B", "down"],
  ["\x1bOB", "down"],
  ["\x1b[5~", "pageUp"],
  ["\x02", "pageUp"],
  ["\x1b[6~", "pageDown"],
  ["\x06", "pageDown"],
  ["\x1b[H", "home"],
  ["\x1bOH", "home"],
  ["\x1b[1~", "home"],
  ["\x1b[7~", "home"],
  ["\x1b[F", "end"],
  ["\x1bOF", "end"],
  ["\x1b[4~", "end"],
  ["\x1b[8~", "end"],
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x1b", "escape"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x03", "interrupt"],
  ["\x1a", "suspend"],
  ["\x0c", "redraw"],
]);

/** What was typed, key by key. Sequences of keys that mean nothing here are left out as a whole. */
export function parseKeys(text: string): Key[] {
  const parts = text.match(/\x1b\[[\d;?]*[ -/]*[@-~]|\x1bO[@-~]|[^]/gu) ?? [];
  return parts.flatMap((part): Key[] => {
    const name = named.get(part);
    if (name !== undefined) return [name];
    return /^[^\p{Cc}\p{Cs}]$/u.test(part) ? [{ character: part }] : [];
  });
}
