/** Where sessions come from: one machine, one way to read it. */
import { assembleSessions } from "../domain/assemble-sessions.ts";
import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport, Warning } from "../domain/session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Depth, ReportDetail, SourceChoice, SourceSet } from "../domain/report-request.ts";
import { addDirectoryAccounts } from "./directory-accounts.ts";
import type { LoginSources } from "./add-logins.ts";
import type { Memory } from "../system/procfs/memory.ts";
import { readSnapshot } from "../system/procfs/snapshot.ts";
import type { MachineWithPrograms } from "../system/tools/snapshot.ts";

/** What is seldom asked for is loaded only then. */
const readers: Record<SourceSet, (machine: MachineWithPrograms, depth?: Depth, memory?: Memory) => Promise<Snapshot>> =
  {
    procfs: async (machine, depth, memory) => Promise.resolve(readSnapshot(machine, depth, memory)),
    tools: async (machine) => (await import("../system/tools/snapshot.ts")).readToolsSnapshot(machine),
  };

/** The machine that we run on can also be asked for what no recording holds. */
export type ThisMachine = MachineWithPrograms & LoginSources;

/**
 * @param here - this machine, for choices that name no other.
 * @param memory - of somebody who reads this machine again and again.
 * @throws FatalError, PermissionError
 */
export async function readReport(
  { root, set }: SourceChoice,
  { logins, depth }: ReportDetail,
  here: ThisMachine,
  memory?: Memory,
): Promise<SessionReport> {
  const read = async (machine: MachineWithPrograms) =>
    addDirectoryAccounts(await readers[set](machine, depth, memory), machine.programs);
  if (root === undefined) {
    const snapshot = await read(here);
    const report = assembleSessions(snapshot, depth === "count");
    return logins ? (await import("./add-logins.ts")).addLogins(report, snapshot.accounts, here) : report;
  }
  const { withRecordedMachine } = await import("../system/recorded/recorded-host.ts");
  const report = await withRecordedMachine(root, async (machine) =>
    assembleSessions(await read(machine), depth === "count"),
  );
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
  { root }: SourceChoice,
  here: ThisMachine,
): Promise<SessionDetails> {
  const { readSessionDetails } = await import("./read-details.ts");
  if (root === undefined) return readSessionDetails(session, report, here);
  const { withRecordedMachine } = await import("../system/recorded/recorded-host.ts");
  return withRecordedMachine(root, async (machine) => readSessionDetails(session, report, machine));
}
