/** Where sessions come from: one machine, one way to read it. */
import { commentsNotRecordedCode } from "../domain/warnings.ts";
import type { Accounts, UserLookup } from "../domain/accounts.ts";
import { assembleSessions } from "../domain/assemble-sessions.ts";
import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport, Warning } from "../domain/session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { TerminalKeeper } from "../domain/terminal-keeper.ts";
import type { Tty } from "../domain/tty.ts";
import type { Depth, ReportRequest, Source, SourceSet } from "../domain/report-request.ts";
import { orUndefined } from "../host/files/files.ts";
import { frozenPath } from "../host/files/frozen-path.ts";
import { locksPath } from "../host/files/locks-path.ts";
import { policyStatusPath } from "../host/files/policy-path.ts";
import type { Facts } from "../host/host.ts";
import type { RecordedFacts } from "../system/recorded/recorded-host.ts";
import { addDirectoryAccounts } from "./directory-accounts.ts";
import type { PayloadWatch } from "./add-payload.ts";
import type { Memory } from "../system/procfs/memory.ts";
import { readSnapshot } from "../system/procfs/snapshot.ts";

/** What is seldom asked for is loaded only then. */
const readers: Record<SourceSet, (facts: Facts, depth?: Depth, memory?: Memory) => Promise<Snapshot>> = {
  procfs: async (facts, depth, memory) => Promise.resolve(readSnapshot(facts, depth, memory)),
  tools: async (facts) => (await import("../system/tools/snapshot.ts")).readToolsSnapshot(facts),
};

/**
 * @param here - this machine, for choices that name no other.
 * @param findUser - on this machine.
 * @param memory - of somebody who reads this machine again and again.
 * @param payloads - of the same reader; there are none of a recorded host.
 * @throws FatalError, PermissionError
 */
export async function readReport(
  request: ReportRequest,
  here: Facts,
  findUser: UserLookup,
  memory?: Memory,
  payloads?: PayloadWatch,
): Promise<SessionReport> {
  const { payload } = request;
  const read = async (asked: ReportRequest) => readSessions(asked, here, findUser, memory);
  if (payload === undefined) return read(request);
  if (payloads === undefined || request.root !== undefined) {
    const report = await read(request);
    return { ...report, warnings: [...report.warnings, payloadNotRecorded] };
  }
  if (payload !== "since-last") {
    const first = await read({ ...request, logins: false, depth: "rows", leftovers: false });
    await payloads.begin(first, payload.overMs);
  }
  return payloads.add(await read(request));
}

async function readSessions(
  { root, set, logins, depth, leftovers = false }: ReportRequest,
  here: Facts,
  findUser: UserLookup,
  memory: Memory | undefined,
): Promise<SessionReport> {
  if (root === undefined) {
    const snapshot = await addDirectoryAccounts(await readers[set](here, depth, memory), here.programs);
    const seen = assembleSessions(snapshot, depth === "count");
    const thawed = isAnythingLocked(here) ? (await import("./add-locks.ts")).addLocks(seen, here.files) : seen;
    const marked = mayBeFrozen(here, depth) ? (await import("./add-frozen.ts")).addFrozen(thawed, here) : thawed;
    const known = areRulesApplied(here) ? (await import("./add-coming.ts")).addComing(marked, here) : marked;
    const report = leftovers ? await (await import("./add-leftovers.ts")).addLeftovers(known, here) : known;
    return logins ? (await import("./add-logins.ts")).addLogins(report, snapshot.accounts, findUser, here) : report;
  }
  const { withRecordedHost } = await import("../system/recorded/recorded-host.ts");
  const report = await withRecordedHost(root, async (facts) =>
    readRecordedReport(facts, { set, logins, depth: depth ?? "all" }),
  );
  return leftovers ? { ...report, warnings: [...report.warnings, leftoversNotRecorded] } : report;
}

/** Only root may look there. */
function isAnythingLocked({ files, uid }: Facts): boolean {
  return uid === 0 && (orUndefined(files.names(locksPath)) ?? []).some((name) => name.endsWith(".json"));
}

/**
 * What sshctl has frozen stands in its records, which root alone may read. What something else has frozen costs a look at the control group
 * of each session, so that it is told only where all is.
 */
function mayBeFrozen({ files, uid }: Facts, depth: Depth = "all"): boolean {
  return depth === "all" || (uid === 0 && (orUndefined(files.names(frozenPath)) ?? []).length > 0);
}

/** Perhaps: the state of a service that is gone is still there. */
function areRulesApplied({ files, uid }: Facts): boolean {
  return uid === 0 && orUndefined(files.facts(policyStatusPath)) !== undefined;
}

/** The report of another machine at one moment. */
export async function readRecordedReport(
  facts: RecordedFacts,
  { set, logins, depth }: Required<Pick<ReportRequest, "set" | "logins" | "depth">>,
): Promise<SessionReport> {
  const snapshot = await addDirectoryAccounts(await readers[set](facts, depth), facts.programs);
  const report = assembleSessions(snapshot, depth === "count");
  const told = { ...report, warnings: [...report.warnings, ...facts.warnings] };
  return logins ? addRecordedLogins(told, snapshot.accounts, facts) : told;
}

async function addRecordedLogins(
  report: SessionReport,
  accounts: Accounts,
  facts: RecordedFacts,
): Promise<SessionReport> {
  if (!facts.tellsLogins) return { ...report, warnings: [...report.warnings, notRecorded] };
  const findUser = (await import("../system/accounts.ts")).rememberedLookup(facts);
  const told = await (await import("./add-logins.ts")).addLogins(report, accounts, findUser, facts);
  const hasKeys = told.sessions.some(({ auth }) => auth?.key);
  return hasKeys ? { ...told, warnings: [...told.warnings, commentsNotRecorded] } : told;
}

const payloadNotRecorded: Warning = {
  code: "payload-unknown",
  message: "what sessions carry is unknown: a recording is of one moment",
};

const leftoversNotRecorded: Warning = {
  code: "leftovers-unknown",
  message: "what sessions have left behind is unknown: a recording does not contain it",
};

const notRecorded: Warning = {
  code: "logins-not-recorded",
  message: "this recording does not show how users logged in; record the host with collect.sh --auth",
};

const commentsNotRecorded: Warning = {
  code: commentsNotRecordedCode,
  message: "the comments of keys are unknown: a recording does not contain the files in which users keep their keys",
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

/** What keeps a terminal that no session has, on the machine that the report is about. */
export async function readKeeper(
  tty: Tty,
  report: SessionReport,
  { root }: Source,
  here: Facts,
): Promise<TerminalKeeper | undefined> {
  const { readTerminalKeeper } = await import("../system/procfs/terminal-keeper.ts");
  if (root === undefined) return readTerminalKeeper(here.files, tty, report);
  const { withRecordedHost } = await import("../system/recorded/recorded-host.ts");
  return withRecordedHost(root, async ({ files }) => Promise.resolve(readTerminalKeeper(files, tty, report)));
}
