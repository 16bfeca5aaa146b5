/**
 * This room has the command `history`: who was connected over SSH, when, and how it ended.
 * What enters: times and selection (times.ts, choose.ts), what logs tell of a span of time (read/), how their lines become connections,
 * purely (join/), and how these are written (text/).
 */
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { oneOf, single } from "../../cli/values.ts";
import type { NamedUser } from "../../domain/accounts.ts";
import { exitCodes, UsageError } from "../../errors.ts";
import { notice } from "../sessions/notes.ts";
import {
  colorOption,
  columnOptions,
  formatOptions,
  gridOptions,
  parseFormat,
  parseStyle,
  parseRows,
} from "../sessions/output-options.ts";
import { parseUsers } from "../sessions/selection-options.ts";
import { withTypedKeys } from "../sessions/typed-key-options.ts";
import { chooseRows, choosingOptions, parseQuestions, rejectUnkept } from "./choose.ts";
import { progressOn } from "./progress.ts";
import { readHistory, type Subject } from "./read/read-history.ts";
import { historyColumnNames } from "./text/columns.ts";
import { historyFormats, historyNotes, renderHistory, tabularFormats, type HistoryLayout } from "./text/render.ts";
import { parseTimes, timeOptions } from "./times.ts";

const sourceGroup = "Source";
const folder = { read: (text: string) => text, allowed: "folders" };

export const history: Command = {
  name: "history",
  summary: "Show who was connected over SSH, and how it ended",
  examples: [
    ["sshctl history", "every connection of the last 7 days"],
    ["sshctl history --at '2026-11-27 03:14'", "who was on then"],
    ["sshctl history --since yesterday --user bob --from 10.0.0.0/8", "bob's, from the internal network"],
    ["sshctl history --since '30 days ago' --key SHA256:wcPFP6DV -o csv", "where a key was used"],
  ],
  options: {
    ...timeOptions,
    ...choosingOptions,
    ...formatOptions(historyFormats),
    ...columnOptions(historyColumnNames, "-lasted for the longest"),
    ...gridOptions,
    ...colorOption,
    root: {
      group: sourceGroup,
      value: "DIR",
      offer: "folders",
      describe: "read a recorded host instead of this machine",
    },
    journal: {
      group: sourceGroup,
      value: "DIR",
      offer: "folders",
      describe: "read the journal files in this folder, of whatever machine",
    },
  },
  run: async (typed, context) => {
    rejectUnkept(typed);
    const given = await withTypedKeys(typed, context);
    const layout = parseLayout(given);
    const style = parseStyle(given, context);
    const subject = parseSubject(given);
    const { facts } = await context.host();
    const asked = parseTimes(given, facts.now());
    const questions = parseQuestions(given, await meaningsOf(given, subject, context));
    const reports = await context.reports();
    const progress = progressOn(context.err, facts.now);
    const found = await readHistory(subject, asked, facts, reports.read, ({ timeMs }) => {
      progress.tell(timeMs);
    });
    progress.end();
    const span = asked.endsNow ? { ...asked, toMs: found.takenAtMs } : asked;
    const rows = chooseRows(found.connections, questions, span, found.takenAtMs);
    for await (const part of renderHistory(found, rows, asked, layout, style)) context.out.write(part);
    for (const note of historyNotes(found, rows, asked, layout, style)) notice(note, context.err);
    return exitCodes.done;
  },
};

/** @throws UsageError */
function parseLayout(given: GivenOptions): HistoryLayout {
  const format = parseFormat(given, historyFormats);
  const table = parseRows(given, oneOf(historyColumnNames), format, tabularFormats);
  return { ...table, format, truncate: table.truncate && format !== "wide" };
}

/** @throws UsageError */
function parseSubject(given: GivenOptions): Subject {
  const [root, journal] = [single(given, "root", folder), single(given, "journal", folder)];
  if (root !== undefined && journal !== undefined)
    throw new UsageError("--root and --journal name two machines.", "Give one of them.");
  if (journal !== undefined) return { kind: "journal", folder: journal };
  return root === undefined ? { kind: "here" } : { kind: "recorded", folder: root };
}

/** Whom names mean here; another machine has accounts of its own. */
async function meaningsOf(
  given: GivenOptions,
  subject: Subject,
  context: Context,
): Promise<(name: string) => NamedUser | undefined> {
  const meanings = new Map<string, NamedUser>();
  const { findUser } = await context.reports();
  if (subject.kind === "here")
    for (const name of [...parseUsers(given, "user"), ...parseUsers(given, "not-user")])
      meanings.set(name, await findUser(name));
  return (name) => meanings.get(name);
}
