/**
 * The form of a recorded host, docs/recorded-hosts.md: a table of rows that a POSIX shell can write, one fact each, its
 * fields parted by tabs. Bytes outside printable ASCII, and backslashes, are written as in vis(3): `\n`, `\\`, `\000`.
 */
import { decodeVis } from "../../domain/title.ts";
import type { FileFacts } from "../../host/files/files.ts";
import type { FileTables } from "../../host/recorded/recorded-files.ts";

export interface Recording extends FileTables {
  host: string;
  /** Milliseconds since the epoch. */
  takenAtMs: number;
  /** In which the kernel there wrote addresses into /proc/net/tcp. */
  byteOrder: ByteOrder;
  /** What programs printed there, by their command lines. */
  outputs: ReadonlyMap<string, string>;
}

export type ByteOrder = "little" | "big";

/** What has been read so far. */
interface Draft {
  values: Map<string, string>;
  texts: Map<string, string>;
  links: Map<string, string>;
  facts: Map<string, FileFacts>;
  refusals: Set<string>;
  outputs: Map<string, string>;
}

interface RowKind {
  fields: number;
  enter: (draft: Draft, fields: readonly string[]) => void;
}

/** A row for a single value of the whole recording. */
const value = (name: string): RowKind => ({ fields: 1, enter: ({ values }, [text = ""]) => values.set(name, text) });

/** Texts of several lines stand in several rows, one after the other. */
const rowKinds: ReadonlyMap<string, RowKind> = new Map<string, RowKind>([
  ["recording", value("recording")],
  ["host", value("host")],
  ["taken-at", value("taken-at")],
  ["byte-order", value("byte-order")],
  ["text", { fields: 2, enter: ({ texts }, [path = "", line = ""]) => append(texts, path, line) }],
  ["link", { fields: 2, enter: ({ links }, [path = "", target = ""]) => links.set(path, target) }],
  ["times", { fields: 4, enter: ({ facts }, [path = "", ...numbers]) => facts.set(path, parseFacts(numbers)) }],
  ["refused", { fields: 1, enter: ({ refusals }, [path = ""]) => refusals.add(path) }],
  ["output", { fields: 2, enter: ({ outputs }, [command = "", line = ""]) => append(outputs, command, line) }],
  ["end", { fields: 0, enter: ({ values }) => values.set("end", "") }],
]);

/** @throws Error that says what is wrong in which line. */
export function parseRecording(text: string): Recording {
  const draft: Draft = {
    values: new Map(),
    texts: new Map(),
    links: new Map(),
    facts: new Map(),
    refusals: new Set(),
    outputs: new Map(),
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line !== "") enterRow(draft, line, index + 1);
  }
  const { values, ...tables } = draft;
  if (values.get("recording") !== version) throw new Error(`it does not start with "recording", a tab and ${version}`);
  if (!values.has("end")) throw new Error('it is cut off: its last line is not "end"');
  return {
    ...tables,
    host: values.get("host") ?? "",
    takenAtMs: parseNumber("taken-at", values.get("taken-at") ?? "") * 1000,
    byteOrder: parseByteOrder(values.get("byte-order") ?? ""),
  };
}

const version = "1";

function enterRow(draft: Draft, line: string, number: number): void {
  const [kind = "", ...fields] = line.split("\t");
  const row = rowKinds.get(kind);
  if (number === 1 && kind !== "recording") throw new Error("it is not a recording");
  if (row === undefined) throw new Error(`line ${String(number)}: there are no rows "${kind}"`);
  if (fields.length !== row.fields)
    throw new Error(`line ${String(number)}: a row "${kind}" has ${String(row.fields)} fields behind its name`);
  row.enter(draft, fields.map(decodeVis));
}

function append(table: Map<string, string>, key: string, line: string): void {
  table.set(key, (table.get(key) ?? "") + line);
}

function parseFacts([uid = "", atime = "", mtime = ""]: readonly string[]): FileFacts {
  return {
    uid: parseNumber("times", uid),
    atimeMs: parseNumber("times", atime) * 1000,
    mtimeMs: parseNumber("times", mtime) * 1000,
  };
}

function parseNumber(row: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`"${row}" needs numbers, not "${text}"`);
  return Number(text);
}

function parseByteOrder(text: string): ByteOrder {
  if (text === "little" || text === "big") return text;
  throw new Error(`"byte-order" is little or big, not "${text}"`);
}
