/** The options that say how sessions are shown. */
import { widthOf, type Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { colorModes, painterFor } from "../render/color.ts";
import { columnNames, columnOf, type ColumnName } from "../render/columns.ts";
import { sessionFormats, tabularFormats, type SessionsLayout } from "../render/sessions.ts";
import type { Look } from "../render/grid.ts";
import type { SortKey } from "../render/sort.ts";
import type { GivenOptions, OptionTable } from "./command.ts";
import { list, oneOf, single } from "./option-values.ts";

export const outputGroup = "Output";

const group = outputGroup;

export const colorOption = {
  color: { group, value: "WHEN", offer: colorModes, describe: colorModes.join(", ") },
} satisfies OptionTable;

/** Of commands that tell people in sentences or lines, and programs in one document. */
export const textFormats = ["text", "json"] as const;

/** @param formats - what the command can write; {@link parseFormat} reads which one is meant. */
export function formatOptions(formats: readonly string[]) {
  return {
    output: { group, alias: "o", value: "FORMAT", offer: formats, describe: formats.join(", ") },
    json: { group, describe: "the same as -o json" },
  } satisfies OptionTable;
}

export const outputOptions = {
  ...formatOptions(sessionFormats),
  quiet: { group, alias: "q", describe: "PIDs only, the same as -o pid" },
  columns: { group, value: "LIST", offer: columnNames, describe: columnNames.join(", ") },
  sort: { group, value: "LIST", offer: columnNames, describe: "by these columns; --sort=-idle for the largest first" },
  "no-headers": { group, describe: "without the line of titles" },
  "no-trunc": { group, describe: "cut nothing to the width of the terminal" },
  "full-command": { group, describe: "commands with their arguments, which may hold secrets" },
  ...colorOption,
} satisfies OptionTable;

export function parseLayout(given: GivenOptions): SessionsLayout {
  const format = parseFormat(given, sessionFormats);
  const columns = parseColumns(given);
  if (columns !== undefined && !tabularFormats.has(format)) {
    throw new UsageError(
      `-o ${format} has no columns to choose.`,
      `--columns goes with -o ${[...tabularFormats].join(", ")}.`,
    );
  }
  return {
    format,
    columns,
    sort: parseSort(given),
    headers: !given.flag("no-headers"),
    truncate: !given.flag("no-trunc"),
    fullCommand: given.flag("full-command"),
  };
}

/** @returns undefined for the usual ones. */
export function parseColumns(given: GivenOptions): readonly ColumnName[] | undefined {
  const columns = list(given, "columns", columnName);
  return columns.length > 0 ? columns : undefined;
}

export function parseSort(given: GivenOptions): SortKey[] {
  return list(given, "sort", sortKey);
}

export function parseLook(given: GivenOptions, { out, env }: Context): Look {
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
  for (const [option, name] of shortForms) {
    const format = formats.find((each) => each === name);
    if (format !== undefined && given.flag(option)) meant.add(format);
  }
  const [format = formats[0], ...others] = meant;
  if (others.length > 0) {
    throw new UsageError(`Two kinds of output are asked for: ${[...meant].join(" and ")}.`, "Choose one.");
  }
  return format;
}

const shortForms = [
  ["json", "json"],
  ["quiet", "pid"],
] as const;

/** Also by its title, which is what people see. */
const columnName = {
  allowed: columnNames.join(", "),
  read: (text: string) => columnNames.find((name) => name === text || columnOf(name).title.toLowerCase() === text),
};

const sortKey = {
  allowed: `${columnNames.join(", ")}; with a leading - for the largest first`,
  read: (text: string): SortKey | undefined => {
    const descending = text.startsWith("-");
    const column = columnName.read(descending ? text.slice(1) : text);
    return column && { column, descending };
  },
};
