import type { ChosenSessions } from "../../domain/choose-sessions.ts";
import type { SessionReport } from "../../domain/session.ts";
import { firstFew } from "../../domain/first-few.ts";
import { otherLoginsCode } from "../../domain/other-logins.ts";
import { plural } from "../../text/words.ts";
import type { Context, Output } from "../../cli/context.ts";
import { isWithoutServer, noServer } from "./text/legend.ts";
import { visible } from "../../text/visible.ts";
import type { Source } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { namesSomebody } from "./selection-options.ts";

/** Says something on stderr that is not the answer itself. */
export function notice(message: string, err: Output): void {
  err.write(`${visible(`sshctl: ${message}`)}\n`);
}

/** Tells on stderr what the rows on stdout cannot: what was not seen, and what was left out for that. */
export async function reportNotes(
  { report, chosen }: { report: SessionReport; chosen: ChosenSessions },
  { given, source, hasLegend }: { given: GivenOptions; source: Source; hasLegend: boolean },
  context: Context,
): Promise<void> {
  const { err } = context;
  const told = hasLegend ? report.warnings.filter(({ code }) => code !== otherLoginsCode) : report.warnings;
  for (const { message } of told) notice(message, err);
  const left = chosen.undecided;
  const pids = firstFew(left.map(({ pid }) => String(pid)));
  if (left.length > 0)
    notice(`${plural(left.length, "session")} left out: the selection cannot be decided for PID ${pids}`, err);
  if (isWithoutServer(report) && !hasLegend) notice(noServer, err);
  if (namesSomebody(given)) await (await import("./unknown-names.ts")).noteUnknownNames(given, source, report, context);
}
