/**
 * The form of a recorded host, docs/recorded-hosts.md: a table of rows that a POSIX shell can write, one fact each, its
 * fields parted by tabs. Control characters and backslashes are written as in vis(3): `\n`, `\\`, `\000`.
 *
 * A recording is hostile input: it may come from a machine that its attacker owns. It is taken in row by row, each of a known
 * kind and about a known path, and nothing in it grows beyond the limits.
 */
import { decodeVis } from "../../domain/title.ts";
import { quoted } from "../../text/quoted.ts";
import type { FileFacts } from "../../host/files/files.ts";
import type { FileTables } from "../../host/recorded/recorded-files.ts";
import type { PrintedTexts } from "../../host/recorded/recorded-programs.ts";
import { largest, parseDevice, parseFacts, parseNumber } from "./recorded-numbers.ts";
import { checkText, isKnownPath } from "./recorded-paths.ts";

export interface Recording extends FileTables, PrintedTexts {
  host: string;
  /** Milliseconds since the epoch. */
  takenAtMs: number;
  /** In which the kernel there wrote addresses into /proc/net/tcp. */
  byteOrder: ByteOrder;
  /** The process that recorded. */
  observer: number | undefined;
  /** What could not be recorded there. */
  lacks: ReadonlySet<Lack>;
}

export type ByteOrder = "little" | "big";

export const lacks = ["accounts", "processes", "sockets", "terminals"] as const;
export type Lack = (typeof lacks)[number];

export interface RecordingLimits {
  /** Of the whole text, in characters. */
  longest: number;
  /** What the first and the last row must repeat. */
  nonce?: string;
}

/** Twenty times what the largest machine that was measured sends: 209 sessions in 390 kB. */
export const sentByHost: RecordingLimits = { longest: 8 << 20 };

/** What has been read so far. */
interface Draft {
  values: Map<string, string>;
  texts: Map<string, string>;
  links: Map<string, string>;
  facts: Map<string, FileFacts>;
  folders: Set<string>;
  refusals: Set<string>;
  outputs: Map<string, string>;
  journal: string[] | undefined;
  lacks: Set<Lack>;
}

interface RowKind {
  /** How many there are behind the name: all these, or only the first. */
  fields: readonly number[];
  /** Whether the first is a path. */
  hasPath?: boolean;
  enter: (draft: Draft, fields: readonly string[]) => void;
}

/** A row for a single value of the whole recording. */
const value = (name: string, ...fields: number[]): RowKind => ({
  fields,
  enter: ({ values }, texts) => {
    if (values.has(name)) throw new Error(`there is a second row "${name}"`);
    values.set(name, texts.join("\t"));
  },
});

/** Texts of several lines may stand in several rows, one after the other. */
const rowKinds: ReadonlyMap<string, RowKind> = new Map<string, RowKind>([
  ["recording", value("recording", 1, 2)],
  ["host", value("host", 1)],
  ["taken-at", value("taken-at", 1)],
  ["byte-order", value("byte-order", 1)],
  ["observer", value("observer", 1)],
  ["text", { fields: [2], hasPath: true, enter: ({ texts }, [path = "", line = ""]) => append(texts, path, line) }],
  ["link", { fields: [2], hasPath: true, enter: ({ links }, [path = "", target = ""]) => links.set(path, target) }],
  [
    "times",
    { fields: [4], hasPath: true, enter: ({ facts }, [path = "", ...rest]) => facts.set(path, parseFacts(rest)) },
  ],
  ["device", { fields: [3], hasPath: true, enter: enterDevice }],
  ["folder", { fields: [1], hasPath: true, enter: ({ folders }, [path = ""]) => folders.add(path) }],
  ["refused", { fields: [1], hasPath: true, enter: ({ refusals }, [path = ""]) => refusals.add(path) }],
  ["output", { fields: [2], enter: enterOutput }],
  [
    "journal",
    { fields: [0, 1], enter: (draft, [line]) => (draft.journal ??= []).push(...(line === undefined ? [] : [line])) },
  ],
  ["lacks", { fields: [1], enter: ({ lacks }, [text = ""]) => lacks.add(parseLack(text)) }],
  ["end", value("end", 0, 1)],
]);

/** @throws Error that says what is wrong in which line. */
export function parseRecording(text: string, { longest, nonce = "" }: RecordingLimits = sentByHost): Recording {
  if (text.length > longest) throw new Error(`it is longer than ${String(longest)} characters`);
  const draft: Draft = {
    values: new Map(),
    texts: new Map(),
    links: new Map(),
    facts: new Map(),
    folders: new Set(),
    refusals: new Set(),
    outputs: new Map(),
    journal: undefined,
    lacks: new Set(),
  };
  enterRows(draft, text);
  const { values, journal, ...tables } = draft;
  checkFrame(values, nonce);
  for (const [path, content] of draft.texts) checkText(path, content);
  return { ...tables, journal: journal?.join("\n"), ...parseValues(values) };
}

/** The version of the form that is read; collect.sh writes it into its first row. */
export const version = "2";

function enterRows(draft: Draft, text: string): void {
  let number = 0;
  for (let start = 0; start < text.length; number += 1) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    try {
      enterRow(draft, line, number === 0);
    } catch (error) {
      if (number === 0 || !(error instanceof Error)) throw error;
      throw new Error(`line ${String(number + 1)}: ${error.message}`, { cause: error });
    }
    start += line.length + 1;
  }
}

/** Room for every line that the kernel writes, and small enough to be held many times. */
const longestRow = 64 << 10;

function enterRow(draft: Draft, line: string, isFirst: boolean): void {
  if (line.length > longestRow) throw new Error(`it is longer than ${String(longestRow)} characters`);
  const [kind = "", ...fields] = line.split("\t", mostFields);
  if (isFirst && kind !== "recording") throw new Error("it is not a recording");
  if (draft.values.has("end")) throw new Error("there are rows after the last one");
  const row = rowKinds.get(kind);
  if (row === undefined) throw new Error(`there are no rows ${quoted(kind)}`);
  if (!row.fields.includes(fields.length))
    throw new Error(`a row "${kind}" has ${row.fields.join(" or ")} fields after its name`);
  const [first = "", ...rest] = fields.map(decodeVis);
  if (row.hasPath === true && !isKnownPath(first)) throw new Error(`${quoted(first)} is not a path that is recorded`);
  row.enter(draft, fields.length === 0 ? [] : [first, ...rest]);
}

/** One more than any row has. */
const mostFields = 6;

function append(table: Map<string, string>, key: string, line: string): void {
  table.set(key, (table.get(key) ?? "") + line);
}

/** Says more about a terminal that has its times already. */
function enterDevice({ facts }: Draft, [path = "", ...numbers]: readonly string[]): void {
  const known = facts.get(path);
  if (known === undefined) throw new Error(`a row "device" comes after the row "times" of ${path}`);
  facts.set(path, { ...known, ...parseDevice(numbers) });
}

/** The programs of `--source tools`. */
function enterOutput({ outputs }: Draft, [command = "", line = ""]: readonly string[]): void {
  if (!/^(?:ps|ss) [\w ,:=-]{1,200}$/.test(command)) throw new Error(`no output of ${quoted(command)} is recorded`);
  append(outputs, command, line);
}

function parseLack(text: string): Lack {
  const lack = lacks.find((name) => name === text);
  if (lack === undefined) throw new Error(`"lacks" is one of ${lacks.join(", ")}, not ${quoted(text)}`);
  return lack;
}

/** @param nonce - empty where any will do. */
function checkFrame(values: ReadonlyMap<string, string>, nonce: string): void {
  const [form, begun = ""] = values.get("recording")?.split("\t") ?? [];
  if (form === "1") throw new Error("it has form 1, that of older versions; record the host again with collect.sh");
  if (form !== version) throw new Error(`it does not start with "recording", a tab and ${version}`);
  const ended = values.get("end");
  if (ended === undefined) throw new Error('it is cut off: its last line is not "end"');
  if (ended !== begun) throw new Error('its last line, "end", does not match its first line');
  if (nonce !== "" && begun !== nonce) throw new Error("it is not the one that was asked for");
}

function parseValues(
  values: ReadonlyMap<string, string>,
): Pick<Recording, "host" | "takenAtMs" | "byteOrder" | "observer"> {
  const host = values.get("host") ?? "";
  const observer = values.get("observer");
  if (host.length > longestName) throw new Error(`"host" is longer than ${String(longestName)} characters`);
  return {
    host,
    takenAtMs: parseNumber("taken-at", values.get("taken-at") ?? "", largest.seconds) * 1000,
    byteOrder: parseByteOrder(values.get("byte-order") ?? ""),
    observer: observer === undefined ? undefined : parseNumber("observer", observer, largest.pid),
  };
}

/** gethostname(2) allows 64; a domain name has 253 (RFC 1035). */
const longestName = 255;

function parseByteOrder(text: string): ByteOrder {
  if (text === "little" || text === "big") return text;
  throw new Error(`"byte-order" is little or big, not ${quoted(text)}`);
}
