import type { Session, Warning } from "../../domain/session.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { Reports } from "../../report/reports.ts";
import type { Scanner } from "../../report/thread/scanner.ts";
import type { OpenScreen, WatchMachine } from "./machine.ts";
import { drawOnce, runScreen, type ScreenWatch } from "./screen/run-screen.ts";
import type { Extent } from "./events/stream.ts";
import { Watcher } from "./events/watcher.ts";
import type { Context } from "../../cli/context.ts";
import { painterFor } from "../../text/color.ts";
import { needs, type ColumnName } from "../sessions/text/columns.ts";
import { renderDetails } from "../sessions/text/details-text.ts";
import { isUnicodeTerminal } from "../../text/locale.ts";
import { localSource, type ReportDetail, type ReportRequest } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { columnsIn, parseColumns, parseStyle, parseSort, sessionColumn } from "../sessions/output-options.ts";
import { parseHooks } from "./hook-options.ts";
import { runsProgram } from "./options.ts";
import { watchingFor } from "./watching.ts";
import { notice } from "../sessions/notes.ts";
import { describeTimeUp } from "./text/waiting.ts";
import { endFromScreen, freezeFromScreen } from "./end-from-screen.ts";

/** The live screen. */
export async function watchOnScreen(
  given: GivenOptions,
  context: Context,
  extent: Extent,
  machine: WatchMachine & { openScreen: OpenScreen },
  reports: Reports,
): Promise<ExitCode> {
  const shown = parseShown(given);
  const { chalk } = parseStyle(given, context);
  const troubles: Warning[] = [];
  const hooks = parseHooks(given, machine, (warning) => troubles.push(warning));
  const scanner = await reports.openScanner();
  const request = { ...localSource, ...detailFor(given, columnsIn(shown)) };
  const watch: ScreenWatch = {
    ...readingOf(given, scanner, reports, request, troubles),
    extent,
    openScreen: machine.openScreen,
    followLogins: reports.followLogins,
    troubles,
    tell: hooks.offer,
    timeIsUp: (last) => {
      notice(describeTimeUp(last), context.err);
    },
    look: { chalk, isUnicode: isUnicodeTerminal(context.env), chosenColumns: shown.columns },
    sort: shown.sort,
    fullCommand: shown.fullCommand,
    describe: async (session) => describe(session, scanner, shown.fullCommand, context.out.width),
    end: async (sessions, dialog) => endFromScreen(sessions, dialog, context.out.width, context),
    freeze: async (session, dialog) => freezeFromScreen(session, dialog, context.out.width, context),
  };
  try {
    if (extent.looks !== 1) return await runScreen(watch, machine);
    context.out.write(await drawOnce(watch, context.out.width));
    return exitCodes.done;
  } finally {
    await hooks.idle();
    scanner.close();
  }
}

function parseShown(given: GivenOptions) {
  return {
    columns: parseColumns(given, sessionColumn),
    sort: parseSort(given, sessionColumn),
    fullCommand: given.flag("full-command"),
  };
}

function readingOf(
  given: GivenOptions,
  scanner: Scanner,
  reports: Reports,
  request: ReportRequest,
  troubles: Warning[],
): Pick<ScreenWatch, "watcher" | "read"> {
  const { choice, read } = watchingFor(given, scanner.read, reports, request, troubles);
  return { watcher: new Watcher(choice), read };
}

/** @param shown - what is shown decides how far is looked. */
function detailFor(given: GivenOptions, shown: readonly ColumnName[]): ReportDetail {
  return {
    logins: given.flag("auth") || shown.some(needs("logins")),
    depth: runsProgram(given) || shown.some(needs("all")) ? "all" : "rows",
    repeatedly: true,
    ...(shown.some(needs("payload")) ? { payload: "since-last" } : {}),
  };
}

async function describe(
  session: Session,
  scanner: Scanner,
  fullCommand: boolean,
  width: number,
): Promise<readonly string[]> {
  const found = await scanner.details(session);
  if (found === undefined) return ["The session has ended."];
  const plain = { width, chalk: painterFor("never", {}, false) };
  return renderDetails(found.details, found.report, { fullCommand, tty: undefined }, plain).trimEnd().split("\n");
}
