import type { NamedUser } from "../../domain/accounts.ts";
import { isFingerprint, keyMatches } from "../../domain/auth.ts";
import { chooseSessions, type Choice, type ChosenSessions } from "../../domain/choose-sessions.ts";
import type { SessionReport, LiveReport, Phase, Warning } from "../../domain/session.ts";
import { UsageError } from "../../errors.ts";
import type { Reports } from "../../report/reports.ts";
import type { Context } from "../../cli/context.ts";
import type { ReportRequest, Source } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { namesSomebody, parseChoice, parseKeys, parseTtys, parseUsers, usualPhases } from "./selection-options.ts";

/**
 * Reads the machine and chooses: the same rows for every command that is given the same options.
 *
 * @param phases - those that take part where the options do not name any.
 */
export async function readSessions(
  given: GivenOptions,
  context: Context,
  request: ReportRequest,
  phases: readonly Phase[] = usualPhases,
): Promise<{ report: SessionReport; chosen: ChosenSessions }> {
  const reports = await context.reports();
  const { choice, read } = readingFor(given, reports.read, reports, request, phases);
  const report = await read();
  const chosen = chooseSessions(report, choice);
  const notes = await notesOn(given, report, request, reports);
  return { report: notes.length === 0 ? report : { ...report, warnings: [...report.warnings, ...notes] }, chosen };
}

/** What is to be said of the names by which sessions were chosen. */
async function notesOn(
  given: GivenOptions,
  report: SessionReport,
  source: Source,
  reports: Reports,
): Promise<Warning[]> {
  const notes: Warning[] = [];
  if (namesSomebody(given)) {
    const { unknownNames } = await import("./unknown-names.ts");
    notes.push(...(await unknownNames(given, source, report.sessions, reports)));
  }
  const ttys = parseTtys(given);
  if (ttys.length > 0) {
    const { warnOfKept } = await import("./kept-terminals.ts");
    notes.push(...(await warnOfKept(ttys, report, async (tty) => reports.keeperOf(tty, report, source))));
  }
  return notes;
}

/** The same for whoever reads more than once: the options are understood before the machine is read. */
export function readingFor<Report extends LiveReport>(
  given: GivenOptions,
  readReport: (request: ReportRequest) => Promise<Report>,
  reports: Pick<Reports, "findUser" | "keyNames">,
  { root, set, logins, depth = "all", repeatedly = false, payload }: ReportRequest,
  phases: readonly Phase[] = usualPhases,
): { choice: Choice; read: () => Promise<Report> } {
  const meanings = new Map<string, NamedUser>();
  const choice = parseChoice(given, (name) => meanings.get(name), phases);
  const leftovers = choice.phases.includes("leftover");
  if (leftovers && repeatedly)
    throw new UsageError(
      "What is left behind is no connection, and is not watched.",
      "See it with: sshctl list --phase leftover",
    );
  const keys = parseKeys(given);
  const users = [...parseUsers(given, "user"), ...parseUsers(given, "not-user")];
  const request: ReportRequest = {
    root,
    set,
    logins: logins || keys.length > 0,
    // What is chosen by may be anything.
    depth: choice.criteria.length > 0 || leftovers ? "all" : depth,
    leftovers,
    repeatedly,
    ...(payload === undefined ? {} : { payload }),
  };
  let isFirst = true;
  const read = async () => {
    const report = await readReport(request);
    for (const key of keys) rejectAmbiguous(key, report);
    // A recorded host has accounts and keys of its own.
    if (root === undefined) {
      for (const name of users) meanings.set(name, await reports.findUser(name));
      if (isFirst && keys.length > 0)
        await (await import("./unknown-names.ts")).rejectUnknownKeys(keys, report.sessions, reports);
    }
    isFirst = false;
    return report;
  };
  return { choice, read };
}

/** The beginning of a fingerprint must mean one key: whose session is ended hangs on it. */
export function rejectAmbiguous(key: string, { sessions }: Pick<LiveReport, "sessions">): void {
  if (!isFingerprint(key)) return;
  const auths = sessions.flatMap(({ auth }) => (auth !== undefined && keyMatches(auth, key) ? auth : []));
  const fingerprints = new Set(auths.flatMap((auth) => auth.key?.fingerprint ?? []));
  const authorities = new Set(auths.flatMap((auth) => auth.key?.certificate?.ca ?? []));
  const meant =
    authorities.size === 1 && [...authorities].every((ca) => ca.startsWith(key)) ? authorities : fingerprints;
  if (meant.size < 2 || meant.has(key)) return;
  throw new UsageError(`--key "${key}" matches several keys: ${[...meant].join(", ")}.`, "Give more characters.");
}
