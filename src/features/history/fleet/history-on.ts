/** `history --on` */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { plural } from "../../../text/words.ts";
import { askSshctl, hostNotes } from "../../sessions/fleet/ask-sshctl.ts";
import { tellOfNumbers } from "../../sessions/fleet/fleet-notes.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";
import { notice } from "../../sessions/notes.ts";
import { parseQuestions } from "../choose.ts";
import { Pseudonyms, withPseudonyms } from "../pseudonyms.ts";
import { sortHistory } from "../text/columns.ts";
import { leftOutNotes, moreNotes, zoneText } from "../text/render.ts";
import type { AskedTime } from "../times.ts";
import { historyOf, type FleetHistory } from "./fleet-history.ts";
import type { FleetHistoryView } from "./fleet-view.ts";
import { reachOf } from "./reach.ts";
import { renderFleetCounts, renderFleetHistory } from "./text.ts";

export async function historyOn(
  given: GivenOptions,
  asked: AskedTime,
  view: FleetHistoryView,
  style: TextStyle,
  context: Context,
): Promise<ExitCode> {
  // Names mean accounts of the hosts, not those of this machine.
  const questions = parseQuestions(given, () => undefined);
  return askSshctl(given, { args: historyCommand(asked), document: "history" }, context, async (fleet) => {
    const chosen = historyOf(fleet, questions);
    const rows = given.flag("pseudonyms") ? withPseudonyms(chosen.rows, new Pseudonyms()) : chosen.rows;
    const shown: FleetHistory = { ...chosen, rows: view.kind === "rows" ? sortHistory(rows, view.layout.sort) : rows };
    if (view.kind === "counts") context.out.write(await renderFleetCounts(shown, asked, view, style));
    else for await (const part of renderFleetHistory(shown, asked, view.layout, style)) context.out.write(part);
    for (const note of notesOf(shown, asked, view, style)) notice(note, context.err);
    const holders = new Set(rows.map(({ host }) => host)).size;
    tellOfNumbers(plural(rows.length, "connection"), holders, fleet, context.err);
    return exitCodeOf(fleet);
  });
}

export function historyCommand(asked: AskedTime): string[] {
  const command = ["history", "-o", "json"];
  return asked.isMoment ? [...command, "--at", sinceEpoch(asked.fromMs)] : [...command, ...spanOfCommand(asked)];
}

/** A time that ends now ends on each host when it answers: its clock may be behind, and the future is refused. */
export function spanOfCommand({ fromMs, toMs, endsNow }: AskedTime): string[] {
  return ["--since", sinceEpoch(fromMs), ...(endsNow ? [] : ["--until", sinceEpoch(toMs + 999)])];
}

/** "@1395716396", of systemd.time(7): whatever the time zone there, and one word for a line of sudoers(5), which docs/fleet.md has. */
function sinceEpoch(timeMs: number): string {
  return `@${String(Math.floor(timeMs / 1000))}`;
}

function notesOf(
  { fleet: { answered, failed }, rows, undecided }: FleetHistory,
  asked: AskedTime,
  view: FleetHistoryView,
  style: TextStyle,
): string[] {
  const { format } = view.kind === "rows" ? view.layout : view;
  return [
    ...hostNotes(answered, (host) => {
      const left = undecided.get(host.name) ?? 0;
      return [...reachOf(host, asked), ...leftOutNotes(left)];
    }),
    ...(format === "table" && rows.length > 0 ? [zoneText(asked)] : []),
    ...(view.kind === "rows" ? moreNotes(rows, view.layout, style) : []),
    ...(failed.some(({ failure: { code } }) => code === "too-much")
      ? ["a history was too long: ask for a shorter time by --since and --until"]
      : []),
  ];
}
