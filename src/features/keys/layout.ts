/** How keys and findings are shown, as the options say. */
import type { GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { oneOf } from "../../cli/values.ts";
import { UsageError } from "../../errors.ts";
import type { TextStyle } from "../../text/grid.ts";
import { plural } from "../../text/words.ts";
import { notice } from "../sessions/notes.ts";
import { parseColumns, parseFormat, parseSort, rejectColumns } from "../sessions/output-options.ts";
import type { RowsLayout } from "../sessions/text/sort.ts";
import { keyColumnNames, keyColumnOf, type KeyColumnName } from "./text/columns.ts";

export const formats = ["table", "wide", "json", "csv"] as const;
type Format = (typeof formats)[number];
const keyColumn = oneOf(keyColumnNames);
const tabular: ReadonlySet<Format> = new Set<Format>(["table", "wide", "csv"]);

export interface Layout extends RowsLayout<KeyColumnName> {
  format: Format;
  findings: boolean;
  isWhole: boolean;
}

/** @throws UsageError */
export function parseLayout(given: GivenOptions): Layout {
  const format = parseFormat(given, formats);
  const findings = given.flag("findings");
  const columns = parseColumns(given, keyColumn);
  const sort = parseSort(given, keyColumn);
  if (findings && (columns !== undefined || sort.length > 0))
    throw new UsageError("--columns and --sort apply to keys, but --findings shows no keys.", "Leave one of them out.");
  rejectColumns(columns, format, tabular);
  const headers = !given.flag("no-headers");
  const truncate = !given.flag("no-trunc") && format !== "wide";
  return { format, findings, columns, sort, headers, truncate, isWhole: columns !== undefined };
}

/** A person reads the beginning; what goes into a pipe or to a program is all of it. */
export function mostRows({ format }: Pick<Layout, "format">, { width }: TextStyle): number {
  return format === "csv" || format === "json" || width === undefined ? Number.POSITIVE_INFINITY : 1000;
}

/**
 * How many rows the terminal was spared.
 *
 * @param count - how many there are of what is shown.
 */
export function tellOfMore(count: number, layout: Layout, look: TextStyle, { err }: Context): void {
  const more = count - mostRows(layout, look);
  const noun = layout.findings ? "more finding" : "more key";
  if (more > 0) notice(`and ${plural(more, noun)}; -o csv, -o json or a pipe shows them all`, err);
}

export function columnsOf({ format, columns }: Layout): readonly KeyColumnName[] {
  if (columns !== undefined) return columns;
  return keyColumnNames.filter((name) => {
    const { only } = keyColumnOf(name);
    return only === undefined || format === "csv" || only === format;
  });
}
