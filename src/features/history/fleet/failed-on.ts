/** `history --failed --on`: each host counts its own, of the same time, by the same fact and of the same people. */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { FleetHistoryFailedDocument } from "../../../text/json-contract.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import {
  answeredToJson,
  askSshctl,
  failedToJson,
  hostNotes,
  type FleetDocuments,
} from "../../sessions/fleet/ask-sshctl.ts";
import { tellOfNumbers } from "../../sessions/fleet/fleet-notes.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";
import { notice } from "../../sessions/notes.ts";
import type { AttemptKey } from "../attempts.ts";
import { attemptsWithPseudonyms, Pseudonyms } from "../pseudonyms.ts";
import { attemptsGrid, attemptToJson } from "../text/attempts.ts";
import { spanText, zoneText } from "../text/render.ts";
import type { AskedTime } from "../times.ts";
import { attemptsOf, type HostAttempts } from "./fleet-attempts.ts";
import type { FleetAttemptsView } from "./fleet-view.ts";
import { spanOfCommand } from "./history-on.ts";
import { reachOf } from "./reach.ts";

/** Options by which each host chooses: what is counted together cannot be told apart here. */
const choosing = ["user", "not-user", "from", "not-from"] as const;

export async function failedOn(
  given: GivenOptions,
  asked: AskedTime,
  view: FleetAttemptsView,
  style: TextStyle,
  context: Context,
): Promise<ExitCode> {
  const chosen = choosing.flatMap((option) => given.texts(option).flatMap((text) => [`--${option}`, text]));
  const by = view.by === undefined ? [] : ["--by", view.by];
  const args = ["history", "--failed", "-o", "json", ...by, ...chosen, ...spanOfCommand(asked)];
  return askSshctl(given, { args, document: "history-failed" }, context, async (fleet) => {
    const found = attemptsOf(fleet.answered, view.by);
    const names = given.flag("pseudonyms") ? new Pseudonyms() : undefined;
    const rows = names === undefined ? found : hideNames(found, names);
    context.out.write(await renderFailed(fleet, rows, asked, view, style));
    const notes = [
      ...hostNotes(fleet.answered, (host) => reachOf(host, asked)),
      ...(view.format === "table" && rows.length > 0 ? [zoneText(asked)] : []),
    ];
    for (const note of notes) notice(note, context.err);
    const attempts = rows.reduce((sum, { count }) => sum + count.attempts, 0);
    const hosts = fleet.answered.filter(({ document }) => document.attempts.length > 0).length;
    tellOfNumbers(plural(attempts, "failed login"), hosts, fleet, context.err);
    return exitCodeOf(fleet);
  });
}

function hideNames(rows: readonly HostAttempts[], names: Pseudonyms): HostAttempts[] {
  const hidden = attemptsWithPseudonyms(
    rows.map(({ count }) => count),
    names,
  );
  return rows.map((row, index) => ({ ...row, count: hidden[index] ?? row.count }));
}

async function renderFailed(
  fleet: FleetDocuments<"history-failed">,
  rows: readonly HostAttempts[],
  asked: AskedTime,
  view: FleetAttemptsView,
  style: TextStyle,
): Promise<string> {
  const { by, format, headers } = view;
  if (format === "json") return renderFailedJson(fleet, rows, asked, by);
  const grid = gridOf(rows, by, format === "csv");
  if (format === "csv") return renderCsv(grid, headers);
  if (rows.length === 0) return style.width === undefined ? "" : `no login failed ${spanText(asked)}\n`;
  return renderGrid(withoutSilent(grid), { headers, truncate: true }, style);
}

/** What is counted over all hosts has none. */
function gridOf(rows: readonly HostAttempts[], by: AttemptKey | undefined, forData: boolean): Grid {
  const counts = rows.map(({ count }) => count);
  const plain = attemptsGrid(counts, by, forData);
  if (by !== undefined) return plain;
  return {
    columns: [{ title: "HOST" }, ...plain.columns],
    rows: plain.rows.map((row, index) => ({ ...row, cells: [rows[index]?.host, ...row.cells] })),
  };
}

/** docs/schemas/fleet-history-failed-1.json */
function renderFailedJson(
  { takenAtMs, answered, failed }: FleetDocuments<"history-failed">,
  rows: readonly HostAttempts[],
  { fromMs, toMs }: AskedTime,
  by: AttemptKey | undefined,
): string {
  return renderJson<FleetHistoryFailedDocument>({
    schema: "sshctl.fleet-history-failed/1",
    takenAt: isoTime(takenAtMs),
    since: isoTime(fromMs),
    until: isoTime(toMs),
    by: by === undefined ? ["from", "user", "method"] : [by],
    hosts: [
      ...answered.map((host) => ({
        name: host.name,
        ...answeredToJson(host),
        undecided: 0,
        sources: host.document.sources,
      })),
      ...failed.map(({ name, failure }) => ({ name, ...failedToJson(failure), undecided: null, sources: [] })),
    ],
    attempts: rows.map(({ host, count }) => ({ host: host ?? null, ...attemptToJson(count) })),
  });
}
