/** Where sessions come from: one machine, one way to read it. */
import { assembleSessions } from "../domain/assemble-sessions.ts";
import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport, Warning } from "../domain/session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Depth, ReportRequest, Source, SourceSet } from "../domain/report-request.ts";
import type { Facts } from "../host/host.ts";
import { addDirectoryAccounts } from "./directory-accounts.ts";
import type { Memory } from "../system/procfs/memory.ts";
import { readSnapshot } from "../system/procfs/snapshot.ts";

/** What is seldom asked for is loaded only then. */
const readers: Record<SourceSet, (facts: Facts, depth?: Depth, memory?: Memory) => Promise<Snapshot>> = {
  procfs: async (facts, depth, memory) => Promise.resolve(readSnapshot(facts, depth, memory)),
  tools: async (facts) => (await import("../system/tools/snapshot.ts")).readToolsSnapshot(facts),
};

/**
 * @param here - this machine, for choices that name no other.
 * @param memory - of somebody who reads this machine again and again.
 * @throws FatalError, PermissionError
 */
export async function readReport(
  { root, set, logins, depth }: ReportRequest,
  here: Facts,
  memory?: Memory,
): Promise<SessionReport> {
  const read = async (facts: Facts) => addDirectoryAccounts(await readers[set](facts, depth, memory), facts.programs);
  if (root === undefined) {
    const snapshot = await read(here);
    const report = assembleSessions(snapshot, depth === "count");
    return logins ? (await import("./add-logins.ts")).addLogins(report, snapshot.accounts, here) : report;
  }
  const { withRecordedHost } = await import("../system/recorded/recorded-host.ts");
  const report = await withRecordedHost(root, async (facts) => assembleSessions(await read(facts), depth === "count"));
  return logins ? { ...report, warnings: [...report.warnings, notRecorded] } : report;
}

const notRecorded: Warning = {
  code: "logins-not-recorded",
  message: "a recorded host does not tell how its users logged in",
};

/** What only one session is asked for, of the machine that the report is about. */
export async function readDetails(
  session: Session,
  report: SessionReport,
  { root }: Source,
  here: Facts,
): Promise<SessionDetails> {
  const { readSessionDetails } = await import("./read-details.ts");
  if (root === undefined) return readSessionDetails(session, report, here);
  const { withRecordedHost } = await import("../system/recorded/recorded-host.ts");
  return withRecordedHost(root, async (facts) => readSessionDetails(session, report, facts));
}
