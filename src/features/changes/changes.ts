/**
 * This room has the commands `changes` and `undo`: what sshctl has changed in files, and how one change is undone.
 * What enters: how records are shown, what undoing a change opens and ends, and why it is refused. The files themselves are
 * changed by src/changes.
 */
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import type { Changes } from "../../changes/read-changes.ts";
import { findSuperseded } from "../../changes/superseded.ts";
import { undoCommand } from "../../changes/undo-command.ts";
import { exitCodes } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { renderCsv } from "../../text/csv.ts";
import { withHost, type TextStyle } from "../../text/grid.ts";
import { renderGrid } from "../../text/render-grid.ts";
import { plural } from "../../text/words.ts";
import { colorOption, formatOptions, gridOptions, parseFormat, parseStyle } from "../sessions/output-options.ts";
import { notice } from "../sessions/notes.ts";
import { readRecords } from "./records.ts";
import { renderChangesJson, type Reading } from "./text/changes-json.ts";
import { changesGrid, undoOf, type ListedChange } from "./text/changes-table.ts";

const formats = ["table", "wide", "json", "csv"] as const;

export const changes: Command = {
  name: "changes",
  summary: "List the changes that sshctl has made to files",
  examples: [
    ["sshctl changes", "every change, the newest first"],
    ["sshctl changes -o wide", "nothing cut, with the command that undoes each"],
    ["sshctl changes -o json", "for programs"],
  ],
  options: { ...formatOptions(formats), ...gridOptions, ...colorOption },
  run: async (given, context) => {
    const layout = parseLayout(given);
    const style = parseStyle(given, context);
    const machine = await machineOf(await context.host());
    const { state, hostName, now } = machine;
    const found = readRecords(state);
    const superseded = findSuperseded(found.changes, machine);
    const listed = found.changes.map((record) => ({ ...record, superseded: superseded.has(record.id) }));
    const reading = { host: hostName(), takenAtMs: now(), folder: state.path };
    const text = await render(listed, found, reading, layout, style);
    context.out.write(text);
    const isNarrow = layout.format === "table" && style.width !== undefined && !text.includes(undoCommand(""));
    if (isNarrow && listed.some((each) => undoOf(each) !== undefined))
      notice(`"${undoCommand("ID")}" undoes one of them; the beginning of its ID is enough`, context.err);
    tellUnread(found, reading, context);
    return exitCodes.done;
  },
};

interface Layout {
  format: (typeof formats)[number];
  headers: boolean;
  truncate: boolean;
}

/** @throws UsageError */
function parseLayout(given: GivenOptions): Layout {
  const format = parseFormat(given, formats);
  return { format, headers: !given.flag("no-headers"), truncate: !given.flag("no-trunc") && format !== "wide" };
}

async function render(
  listed: readonly ListedChange[],
  found: Changes,
  reading: Reading,
  layout: Layout,
  style: TextStyle,
): Promise<string> {
  const { format, headers } = layout;
  if (format === "json") return renderChangesJson(listed, found, reading);
  const isData = format === "csv";
  if (!isData && style.width !== undefined && listed.length === 0)
    return `no changes are recorded in ${reading.folder}\n`;
  const grid = changesGrid(listed, { isData, nowMs: reading.takenAtMs });
  return isData ? renderCsv(withHost(grid, reading.host), headers) : renderGrid(grid, layout, style);
}

/** On stderr, what the rows on stdout cannot tell. */
function tellUnread({ damaged, older }: Changes, { folder }: Reading, { err }: Context): void {
  for (const id of damaged) notice(`${folder}/${id}.json is damaged: that change cannot be listed or undone`, err);
  if (older > 0)
    notice(`${plural(older, "older change")} in ${folder} not listed; sshctl undo accepts the whole id`, err);
}
