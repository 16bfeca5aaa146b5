import type { GivenOptions } from "../../cli/command.ts";
import type { Choice } from "../../domain/choose-sessions.ts";
import { localSource, type ReportRequest } from "../../domain/report-request.ts";
import type { LiveReport, Warning } from "../../domain/session.ts";
import { NothingFoundError, UsageError } from "../../errors.ts";
import type { Reports } from "../../report/reports.ts";
import { readingFor } from "../sessions/read-sessions.ts";
import { namesSomebody } from "../sessions/selection-options.ts";

/**
 * What is watched, and how it is read.
 *
 * @param troubles - takes in, with the first look, that a name which was given belongs to nobody; --until-none refuses users and terminals that are none.
 */
export function watchingFor(
  given: GivenOptions,
  readReport: (request: ReportRequest) => Promise<LiveReport>,
  reports: Reports,
  request: ReportRequest,
  troubles: Warning[],
): { choice: Choice; read: () => Promise<LiveReport> } {
  const { choice, read } = readingFor(given, readReport, reports, request);
  let isNoted = !namesSomebody(given);
  return {
    choice,
    read: async () => {
      const report = await readAwaited(read, given);
      if (isNoted) return report;
      isNoted = true;
      const { rejectUnknownAwaited, unknownNames } = await import("../sessions/unknown-names.ts");
      if (given.flag("until-none")) await rejectUnknownAwaited(given, report.sessions, reports);
      troubles.push(...(await unknownNames(given, localSource, report.sessions, reports)));
      return report;
    },
  };
}

/** Of whoever waits, 1 would say that the time was up: docs/exit-codes.md. @throws UsageError where a key is nobody's. */
async function readAwaited(read: () => Promise<LiveReport>, given: GivenOptions): Promise<LiveReport> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NothingFoundError) || !given.flag("until-none")) throw error;
    throw new UsageError(error.message, error.remedy);
  }
}
