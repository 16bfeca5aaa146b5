import type { ChosenSessions } from "../domain/choose-sessions.ts";
import type { SessionReport } from "../domain/session.ts";
import { otherLoginsCode } from "../domain/other-logins.ts";
import { plural } from "../domain/plural.ts";
import type { Context } from "../context.ts";
import { isWithoutServer, noServer } from "../render/legend.ts";
import { visible } from "../render/visible.ts";

/** Tells on stderr what the rows on stdout cannot: what was not seen, and what was left out for that. */
export function reportNotes(
  report: SessionReport,
  chosen: ChosenSessions,
  { err }: Context,
  { hasLegend }: { hasLegend: boolean },
): void {
  const told = hasLegend ? report.warnings.filter(({ code }) => code !== otherLoginsCode) : report.warnings;
  for (const { message } of told) err.write(`${visible(`sshctl: ${message}`)}\n`);
  const left = chosen.undecided.length;
  if (left > 0) err.write(`sshctl: ${plural(left, "session")} left out: what was asked for is not known of them\n`);
  if (isWithoutServer(report) && !hasLegend) err.write(`sshctl: ${noServer}\n`);
}
