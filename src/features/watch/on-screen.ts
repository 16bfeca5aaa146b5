import type { Session, Warning } from "../../domain/session.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { LivePorts, Scanner } from "../../live/ports.ts";
import { drawOnce, runScreen, type ScreenWatch } from "./screen/run-screen.ts";
import type { Extent } from "./events/stream.ts";
import { Watcher } from "./events/watcher.ts";
import type { Context } from "../../cli/context.ts";
import { painterFor } from "../../text/color.ts";
import { needs, type ColumnName } from "../sessions/text/columns.ts";
import { renderDetails } from "../sessions/text/details-text.ts";
import { isUnicodeTerminal } from "../../text/locale.ts";
import { thisMachine, type ReportDetail } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { columnsIn, parseColumns, parseLook, parseSort, sessionColumn } from "../sessions/output-options.ts";
import { readingFor } from "../sessions/read-sessions.ts";
import { parseHooks } from "./hook-options.ts";
import { runsProgram } from "./options.ts";
import { endFromScreen } from "./end-from-screen.ts";

/** The live screen. */
export async function watchOnScreen(
  given: GivenOptions,
  context: Context,
  extent: Extent,
  ports: LivePorts,
  openScreen: NonNullable<LivePorts["openScreen"]>,
): Promise<ExitCode> {
  const columns = parseColumns(given, sessionColumn);
  const sort = parseSort(given, sessionColumn);
  const { chalk } = parseLook(given, context);
  const fullCommand = given.flag("full-command");
  const troubles: Warning[] = [];
  const hooks = parseHooks(given, ports, (warning) => troubles.push(warning));
  const scanner = ports.openScanner();
  const { choice, read } = readingFor(given, scanner, thisMachine, detailFor(given, columnsIn({ columns, sort })));
  const watch: ScreenWatch = {
    extent,
    openScreen,
    watcher: new Watcher(choice),
    read,
    troubles,
    tell: hooks.offer,
    look: { chalk, isUnicode: isUnicodeTerminal(context.env), chosenColumns: columns },
    sort,
    fullCommand,
    describe: async (session) => describe(session, scanner, fullCommand, context.out.width),
    end: async (sessions, dialog) => endFromScreen(sessions, dialog, context.out.width, context),
  };
  try {
    if (extent.looks !== 1) return await runScreen(watch, ports);
    context.out.write(await drawOnce(watch, ports, context.out.width));
    return exitCodes.done;
  } finally {
    await hooks.idle();
    scanner.close();
  }
}

/** @param shown - what is shown decides how far is looked. */
function detailFor(given: GivenOptions, shown: readonly ColumnName[]): ReportDetail {
  return {
    logins: given.flag("auth") || shown.some(needs("logins")),
    depth: runsProgram(given) || shown.some(needs("all")) ? "all" : "rows",
    repeatedly: true,
  };
}

async function describe(
  session: Session,
  scanner: Scanner,
  fullCommand: boolean,
  width: number,
): Promise<readonly string[]> {
  const found = await scanner.readDetails(session);
  if (found === undefined) return ["The session has ended."];
  const plain = { width, chalk: painterFor("never", {}, false) };
  return renderDetails(found.details, found.report, fullCommand, plain).trimEnd().split("\n");
}
