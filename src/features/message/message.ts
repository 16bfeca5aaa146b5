/** Writes to the terminals of sessions, as --warn of `kill` does, and ends nothing. */
import type { Command, GivenOptions } from "../../cli/command.ts";
import { consentOptions } from "../../cli/consent.ts";
import type { Context } from "../../cli/context.ts";
import type { ChosenSessions } from "../../domain/choose-sessions.ts";
import { localSource } from "../../domain/report-request.ts";
import { isOpenHere, type Session } from "../../domain/session.ts";
import { exitCodes, NothingFoundError, PermissionError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { actId } from "../../system/acts/act-id.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller, type Caller } from "../../system/caller.ts";
import type { TextStyle } from "../../text/grid.ts";
import { plural } from "../../text/words.ts";
import { tellUsers } from "../kill/end-sessions.ts";
import { exampleOption, placeOf, rejectDeeds } from "../sessions/example-option.ts";
import { notice, reportNotes } from "../sessions/notes.ts";
import { colorOption, formatOptions, outputGroup, parseFormat, parseStyle } from "../sessions/output-options.ts";
import { readSessions } from "../sessions/read-sessions.ts";
import { selectionOptions } from "../sessions/selection-options.ts";
import { withTypedKeys } from "../sessions/typed-key-options.ts";
import { viewOf, type View } from "../sessions/text/columns.ts";
import { renderMessageJson } from "./text/json.ts";
import { messageText, renderTold } from "./text/text.ts";
import { exitCodeOf, type Telling, type ToldSession } from "./told.ts";

const formats = ["table", "json"] as const;
const group = "Safety and records";

export const message: Command = {
  name: "message",
  summary: "Write to the terminals of sessions, without ending them",
  acts: true,
  examples: [
    ["sshctl message 'Reboot at 18:00: please log out'", "to everybody with a terminal"],
    ["sshctl message --user alice,bob 'Please call me'", "to the terminals of these users"],
    ["sshctl message 'Reboot at 18:00' --dry-run", "show who would get it, and who has no terminal"],
  ],
  words: { name: "TEXT...", describe: "what to write; words are joined by spaces", most: 1000 },
  options: {
    ...selectionOptions,
    "dry-run": consentOptions["dry-run"],
    "ok-if-none": { group, describe: "end with 0 if there is nobody to tell: for scripts" },
    reason: { group, value: "TEXT", describe: "reason to record in the system log" },
    ...formatOptions(formats),
    "no-trunc": { group: outputGroup, describe: "do not cut columns to the width of the terminal" },
    ...colorOption,
    ...exampleOption,
  },
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    const order = parseOrder(given, parseStyle(given, here));
    rejectDeeds(given, "written to");
    const context = await placeOf(given, here);
    const { report, chosen } = await readSessions(given, context, { ...localSource, logins: false, depth: "rows" });
    reportNotes({ report, chosen }, context, false);
    const machine = await machineOf(await context.host());
    const planned = chosen.sessions.map((session) => ({ session, telling: known(session) }));
    if (planned.every(({ telling }) => telling !== undefined) && chosen.undecided.length === 0) {
      if (!order.okIfNone) throw nobody(planned);
      notice(nobody(planned).message, context.err);
    }
    const view = viewOf(report, false);
    return order.dryRun
      ? tell({ told: planned, id: undefined, problems: [] }, chosen, order, view, context)
      : tell(await write(planned, order, view.host, machine), chosen, order, view, context);
  },
};

interface Order {
  lines: readonly string[];
  reason: string | undefined;
  dryRun: boolean;
  okIfNone: boolean;
  format: (typeof formats)[number];
  truncate: boolean;
  style: TextStyle;
}

/** A terminal is no place for more. */
const [mostLines, mostCharacters] = [20, 2000];

/** @throws UsageError */
function parseOrder(given: GivenOptions, style: TextStyle): Order {
  const text = given.words.join(" ").trim();
  if (text === "") throw new UsageError("message needs a text.", "Put it after the options, in quotes.");
  const lines = text.split(/\r?\n/);
  if (lines.length > mostLines || text.length > mostCharacters)
    throw new UsageError(
      `The text has ${plural(lines.length, "line")} and ${plural(text.length, "character")}.`,
      `Allowed: ${String(mostLines)} lines and ${String(mostCharacters)} characters.`,
    );
  return {
    lines,
    reason: given.texts("reason").at(-1),
    dryRun: given.flag("dry-run"),
    okIfNone: given.flag("ok-if-none"),
    format: parseFormat(given, formats),
    truncate: !given.flag("no-trunc"),
    style,
  };
}

/** What is known before anything is written. */
function known(session: Session): Telling | undefined {
  if (session.self === true) return "own";
  return session.ttys.length === 0 || !isOpenHere(session) ? "no-terminal" : undefined;
}

function nobody(planned: readonly ToldSession[]): NothingFoundError {
  if (planned.length === 0) return new NothingFoundError("No session matches: there is nobody to tell.");
  const own = planned.filter(({ telling }) => telling === "own").length;
  const why = own === planned.length ? "is your own" : own === 0 ? "has a terminal" : "but your own has a terminal";
  return new NothingFoundError(
    `Nobody can be told: ${own === planned.length ? "the only session that matches" : "no session that matches"} ${why}.`,
  );
}

interface Done {
  told: readonly ToldSession[];
  id: string | undefined;
  problems: readonly string[];
}

/** @throws PermissionError where nobody was told because every terminal is somebody else's. */
async function write(
  planned: readonly ToldSession[],
  { lines, reason }: Order,
  host: string,
  machine: Pick<Machine, "terminals" | "files" | "feed" | "now" | "state">,
): Promise<Done> {
  const caller = readCaller(machine.files);
  const reached = planned.flatMap(({ session, telling }) => (telling === undefined ? session : []));
  const untold = tellUsers(reached, messageText(host, caller, lines), machine.terminals);
  const why = new Map(untold.map((each) => [each.session, each.why]));
  const told = planned.map(({ session, telling }) => ({ session, telling: telling ?? why.get(session) ?? "told" }));
  rejectForbidden(told, caller);
  const id = actId(machine.now(), machine.state.token());
  const count = told.filter(({ telling }) => telling === "told").length;
  const outcome = `told ${String(count)} of ${plural(told.length, "session")}`;
  const facts = { outcome, text: lines.join("\n") };
  const record = { id, act: "message", isDone: count > 0, caller, reason, facts };
  return { told, id, problems: (await recordActs([record], machine)).map(unrecorded) };
}

function rejectForbidden(told: readonly ToldSession[], { uid }: Caller): void {
  const isRefused = told.some(({ telling }) => telling === "refused");
  if (uid !== 0 && isRefused && told.every(({ telling }) => telling !== "told" && telling !== "blocked"))
    throw new PermissionError("Nobody was told: the terminals are other users'.", "Run it as root, with sudo.");
}

async function tell(
  { told, id, problems }: Done,
  { undecided }: ChosenSessions,
  { lines, dryRun, okIfNone, format, truncate, style }: Order,
  view: View,
  { out, err }: Context,
): Promise<ExitCode> {
  for (const problem of problems) notice(problem, err);
  if (format === "json")
    out.write(renderMessageJson({ id, dryRun, text: lines.join("\n"), told, undecided, problems }, view));
  else if (told.length > 0) out.write(await renderTold(told, view, truncate, style));
  const isNobody = told.length === 0 && undecided.length === 0;
  return isNobody && okIfNone ? exitCodes.done : exitCodeOf(told, undecided, problems.length === 0);
}
