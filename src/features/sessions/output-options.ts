/** The options that say how sessions are shown. */
import { widthOf, type Context } from "../../cli/context.ts";
import { UsageError } from "../../errors.ts";
import { colorModes, painterFor } from "../../text/color.ts";
import { columnNames, columnOf, type ColumnName } from "./text/columns.ts";
import { sessionFormats, tabularFormats, type SessionFormat, type SessionsLayout } from "./text/sessions-text.ts";
import type { TextStyle } from "../../text/grid.ts";
import type { SortKey, RowsLayout } from "./text/sort.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { list, oneOf, single, type Reader } from "../../cli/values.ts";

export const outputGroup = "Output";

const group = outputGroup;

export const colorOption = {
  color: { group, value: "WHEN", offer: colorModes, describe: colorModes.join(", ") },
} satisfies OptionTable;

/** Of commands that tell people in sentences or lines, and programs in one document. */
export const textFormats = ["text", "json"] as const;

/**
 * @param formats - what the command can write; {@link parseFormat} reads which one is meant.
 * @param json - the one for programs.
 */
export function formatOptions(formats: readonly string[], json: "json" | "ndjson" = "json") {
  return {
    output: { group, alias: "o", value: "FORMAT", offer: formats, describe: formats.join(", ") },
    json: { group, describe: `the same as -o ${json}` },
  } satisfies OptionTable;
}

/** Of whatever is shown in rows and columns. */
export const gridOptions = {
  "no-headers": { group, describe: "omit the header line" },
  "no-trunc": { group, describe: "do not cut columns to the width of the terminal" },
} satisfies OptionTable;

/**
 * What {@link parseRows} reads.
 *
 * @param example - a sort key, and what comes first then.
 */
export function columnOptions(names: readonly string[], example: string) {
  return {
    columns: { group, value: "LIST", offer: names, describe: names.join(", ") },
    sort: { group, value: "LIST", offer: names, describe: `sort by these columns; --sort=${example} first` },
  } satisfies OptionTable;
}

export const outputOptions = {
  ...formatOptions(sessionFormats),
  quiet: { group, alias: "q", describe: "PIDs only, the same as -o pid" },
  ...columnOptions(columnNames, "-idle for the largest"),
  ...gridOptions,
  "full-command": { group, describe: "show commands with their arguments, which may contain secrets" },
  ...colorOption,
} satisfies OptionTable;

export function parseLayout(given: GivenOptions): SessionsLayout {
  const format = parseFormat(given, sessionFormats);
  return {
    format,
    ...parseRows(given, sessionColumn, format, tabularFormats),
    fullCommand: given.flag("full-command"),
  };
}

/**
 * What {@link columnOptions} and {@link gridOptions} say.
 *
 * @param column - how the name of one is read.
 * @param tabular - the formats that have columns.
 * @throws UsageError
 */
export function parseRows<Name extends string, Format extends string>(
  given: GivenOptions,
  column: Reader<Name>,
  format: Format,
  tabular: ReadonlySet<Format>,
): RowsLayout<Name> {
  const columns = parseColumns(given, column);
  rejectColumns(columns, format, tabular);
  return {
    columns,
    sort: parseSort(given, column),
    headers: !given.flag("no-headers"),
    truncate: !given.flag("no-trunc"),
  };
}

/**
 * @param column - how the name of one is read.
 * @returns undefined for the usual ones.
 */
export function parseColumns<Name>(given: GivenOptions, column: Reader<Name>): readonly Name[] | undefined {
  const columns = list(given, "columns", column);
  return columns.length > 0 ? columns : undefined;
}

/** @throws UsageError where columns are named that the format does not have. */
export function rejectColumns<T extends string>(columns: unknown, format: T, tabular: ReadonlySet<T>): void {
  if (columns === undefined || tabular.has(format)) return;
  throw new UsageError(`-o ${format} has no columns to choose.`, `--columns goes with -o ${[...tabular].join(", ")}.`);
}

export function parseSort<Name extends string>(given: GivenOptions, column: Reader<Name>): SortKey<Name>[] {
  return list(given, "sort", {
    allowed: `${column.allowed}; with a leading - for the largest first`,
    read: (text): SortKey<Name> | undefined => {
      const descending = text.startsWith("-");
      const name = column.read(descending ? text.slice(1) : text);
      return name && { column: name, descending };
    },
  });
}

/** What is shown, and what is only sorted by. */
export function columnsIn({ columns = [], sort }: Pick<SessionsLayout, "columns" | "sort">): ColumnName[] {
  return [...columns, ...sort.map(({ column }) => column)];
}

/**
 * Whether what is shown is in what is read for rows alone.
 *
 * @param isMoreNamed - whether columns are named that need everything.
 */
export function showsOnlyRows(
  { format, columns }: Pick<RowsLayout<string>, "columns"> & { format: SessionFormat },
  isMoreNamed: boolean,
  { width = 0 }: TextStyle,
): boolean {
  if (isMoreNamed) return false;
  return format === "pid" || (format === "table" && (columns !== undefined || width < roomyWidth));
}

/** On a narrower terminal the usual columns leave no room for more. */
const roomyWidth = 100;

/** A column of sessions, also by its title, which is what people see. */
export const sessionColumn: Reader<ColumnName> = {
  allowed: columnNames.join(", "),
  read: (text: string) => columnNames.find((name) => name === text || columnOf(name).title.toLowerCase() === text),
};

export function parseStyle(given: GivenOptions, { out, env }: Context): TextStyle {
  const mode = single(given, "color", oneOf(colorModes)) ?? "auto";
  return { width: widthOf(out), chalk: painterFor(mode, env, out.isTerminal) };
}

/**
 * -o, --json and -q are three ways to say one thing, which must not be said differently.
 *
 * @param formats - what the command can write; the first is the usual one.
 */
export function parseFormat<T extends string>(given: GivenOptions, formats: readonly [T, ...T[]]): T {
  const named = single(given, "output", oneOf(formats));
  const meant = new Set(named === undefined ? [] : [named]);
  for (const [option, names] of shortForms) {
    const format = formats.find((each) => names.includes(each));
    if (format !== undefined && given.flag(option)) meant.add(format);
  }
  const [format = formats[0], ...others] = meant;
  if (others.length > 0) {
    throw new UsageError(`Two output formats are given: ${[...meant].join(" and ")}.`, "Choose one.");
  }
  return format;
}

const shortForms: readonly (readonly [option: string, names: readonly string[]])[] = [
  ["json", ["json", "ndjson"]],
  ["quiet", ["pid"]],
];
