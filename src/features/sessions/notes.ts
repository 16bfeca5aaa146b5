import type { ChosenSessions } from "../../domain/choose-sessions.ts";
import type { SessionReport } from "../../domain/session.ts";
import { otherLoginsCode } from "../../domain/other-logins.ts";
import { leftOut, needsRootCode } from "../../domain/warnings.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { isWithoutServer, noServer } from "./text/legend.ts";
import { notice } from "../../cli/notice.ts";

export { notice };

/** What was read, and what of it was chosen. */
export interface ReadSessions {
  report: SessionReport;
  chosen: ChosenSessions;
}

/** Tells on stderr what the rows on stdout cannot: what was not seen, and what was left out for that. */
export function reportNotes({ report, chosen }: ReadSessions, { err }: Context, hasLegend: boolean): void {
  const told = hasLegend ? report.warnings.filter(({ code }) => code !== otherLoginsCode) : report.warnings;
  for (const { message } of told) notice(message, err);
  for (const { message } of leftOut(chosen.undecided, report.warnings)) notice(message, err);
  if (isWithoutServer(report) && !hasLegend) for (const line of noServer) notice(line, err);
}

/** That nobody is shown is no answer where only root could tell whether somebody should be. */
export function answerCode({ report, chosen }: ReadSessions): ExitCode {
  const isHidden = report.warnings.some(({ code }) => code === needsRootCode);
  return isHidden && chosen.sessions.length === 0 && chosen.undecided.length > 0
    ? exitCodes.permission
    : exitCodes.done;
}
