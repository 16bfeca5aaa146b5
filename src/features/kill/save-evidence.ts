import type { KillPlan } from "./plan/kill-plan.ts";
import { FatalError, UsageError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import type { KillMachine } from "./machine.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { detailsToJson } from "../sessions/text/details-text.ts";
import { renderJson } from "../../text/json.ts";
import { localSource } from "../../domain/report-request.ts";
import { isoTime } from "../../text/time.ts";

/**
 * Writes down everything about sessions before they end.
 *
 * @throws UsageError when there is such a file, FatalError when it cannot be written.
 */
export async function saveSessions(
  path: string,
  { report, ends }: KillPlan,
  reason: string | undefined,
  machine: KillMachine,
  context: Context,
): Promise<void> {
  const sessions: object[] = [];
  for (const { termination } of ends) {
    const details = await (await context.reports()).details(termination.session, report, localSource);
    sessions.push(detailsToJson(details, report, true));
  }
  const text = renderJson({
    schema: "sshctl.evidence/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    caller: describeCaller(readCaller(machine.files)),
    reason: reason ?? null,
    sessions,
  });
  const answer = machine.newFiles.create(path, text);
  if (answer === "exists")
    throw new UsageError(`--save ${path}: the file exists, and is not overwritten.`, "Choose another name.");
  if (answer !== "created")
    throw new FatalError(`--save ${path}: ${answer.problem}. Nothing was done to the sessions.`);
}
