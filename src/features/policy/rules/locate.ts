/** Where things stand in a text of TOML: the parser tells it only of what it cannot read. */
import { parse } from "smol-toml";
import type { Place } from "./fault.ts";

/**
 * The place of a key.
 *
 * @param text - that the parser has accepted.
 * @param header - of the table, such as "[[rule]]"; undefined for the beginning of the file.
 * @param nth - which of several tables with that header, counted from 0.
 * @param key - undefined for the table itself.
 */
export function locate(text: string, header: string | undefined, nth: number, key: string | undefined): Place {
  const lines = text.split("\n");
  const start = header === undefined ? 0 : (statements(lines, isHeader(header))[nth] ?? 0);
  if (key === undefined) return placeIn(lines, start, /\S/);
  const form = keyForm(key);
  const end = statements(lines, /^\s*\[/).find((line) => line > start) ?? lines.length;
  const line = statements(lines, form).find((each) => each >= start && each < end);
  return line === undefined ? placeIn(lines, start, /\S/) : placeIn(lines, line, /\S/);
}

/** The lines of that form that begin a statement: only what stands in front of those is whole by itself. */
function statements(lines: readonly string[], form: RegExp): number[] {
  return lines.flatMap((line, index) => (form.test(line) && isWhole(lines.slice(0, index)) ? index : []));
}

function isWhole(lines: readonly string[]): boolean {
  try {
    parse(`${lines.join("\n")}\n`);
    return true;
  } catch {
    return false;
  }
}

function isHeader(header: string): RegExp {
  const [, open = "", name = "", close = ""] = /^(\[+)(.*?)(\]+)$/.exec(header) ?? [];
  const inside = String.raw`\s*(?:${name}|"${name}"|'${name}')\s*`;
  return new RegExp(`^\\s*${escaped(open)}${inside}${escaped(close)}`);
}

function keyForm(key: string): RegExp {
  return new RegExp(String.raw`^\s*(?:${escaped(key)}|"${escaped(key)}"|'${escaped(key)}')\s*[.=]`);
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function placeIn(lines: readonly string[], index: number, first: RegExp): Place {
  return { line: index + 1, column: Math.max(0, (lines[index] ?? "").search(first)) + 1 };
}
