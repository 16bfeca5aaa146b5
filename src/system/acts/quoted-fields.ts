/**
 * Fields in one line of text, as a record has them:
 *
 *     act="kill" id="20261125T101512480-7f2c" reason="Laptop \"T480\" stolen"
 *
 * A line is `name="value"`, divided by single spaces. Each name stands once. A value is a string of JSON (RFC 8259, 7), in which
 * whatever could not be seen is written as `\uXXXX` too: so nobody who chooses a value can end it, or begin a line.
 */
import { visibleJson } from "../../text/visible.ts";

export type Field = readonly [name: string, value: string];

/**
 * @param fields - with names of small letters, digits and "_".
 * @param mostBytes - that a value has, as it is written; a longer one ends with "…". syslog takes 8 KiB for a whole line (rsyslog,
 * "maxMessageSize").
 */
export function renderFields(fields: readonly Field[], mostBytes = 700): string {
  return fields.map(([name, value]) => `${name}=${renderValue(value, mostBytes)}`).join(" ");
}

/** The end of a value that was cut. */
const more = "…";

function renderValue(value: string, mostBytes: number): string {
  if (value.length <= mostBytes && sizeOf(value) <= mostBytes) return literal(value);
  let text = "";
  let left = mostBytes - sizeOf(more);
  for (const character of value) {
    left -= sizeOf(character) - quotes;
    if (left < 0) break;
    text += character;
  }
  return literal(text + more);
}

function literal(text: string): string {
  return visibleJson(JSON.stringify(text));
}

function sizeOf(text: string): number {
  return Buffer.byteLength(literal(text));
}

const quotes = '""'.length;

/** One field at the beginning, and what follows it. */
const field = /^([a-z][a-z0-9_]*)=("(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")(?: (?=.)|$)/s;

/** @returns undefined for what is no line of fields. */
export function parseFields(line: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let rest = line;
  while (rest !== "") {
    const [found = "", name = "", quoted = ""] = field.exec(rest) ?? [];
    const value = found === "" || fields.has(name) ? undefined : valueOf(quoted);
    if (value === undefined) return undefined;
    fields.set(name, value);
    rest = rest.slice(found.length);
  }
  return fields.size === 0 ? undefined : fields;
}

/** @returns undefined where a raw control character stands in it. */
function valueOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
