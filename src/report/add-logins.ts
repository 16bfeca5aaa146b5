import type { Facts } from "../host/host.ts";
import type { Accounts, UserLookup } from "../domain/accounts.ts";
import { groupBy } from "../domain/group-by.ts";
import { foreignNames, matchAuth, type AuthRecord, type IsUser } from "../domain/match-auth.ts";
import { plural } from "../text/words.ts";
import { isOfUserHere, type Session, type SessionReport, type Warning } from "../domain/session.ts";
import { authUnverifiedCode, journalUnreadableCode } from "../domain/warnings.ts";
import { readAuthLogs } from "../system/logs/auth-log.ts";
import { readJournal } from "../system/logs/journal.ts";
import { keyComments, type CommentFinder } from "./key-comments.ts";

type LoginSources = Pick<Facts, "files" | "smallFiles" | "logFiles" | "programs">;

/** Adds to every session that has a user how that one logged in, as far as the journal or, unverified, a log file tells. */
export async function addLogins(
  report: SessionReport,
  accounts: Accounts,
  findUser: UserLookup,
  sources: LoginSources,
): Promise<SessionReport> {
  const candidates = report.sessions.filter(isOfUserHere);
  if (candidates.length === 0) return report;
  const journal = await readJournal(
    sources.programs,
    candidates.map(({ identity }) => identity.pid),
  );
  const proven = await withAuth(candidates, journal ?? [], findUser);
  const unproven = proven.filter(({ auth }) => auth === undefined);
  const files = unproven.length === 0 ? [] : await readFallback(unproven, report.takenAtMs, sources);
  const found = [...proven.filter(({ auth }) => auth !== undefined), ...(await withAuth(unproven, files, findUser))];
  const commentOf = found.some(({ auth }) => auth?.key) ? await keyComments(accounts, sources) : () => undefined;
  const byPid = new Map(found.map((session) => [session.identity.pid, withComment(session, commentOf)]));
  return {
    ...report,
    sessions: report.sessions.map((session) => byPid.get(session.identity.pid) ?? session),
    warnings: [...report.warnings, ...(journal === undefined ? [unreadable] : []), ...unverified(found)],
  };
}

const unreadable: Warning = {
  code: journalUnreadableCode,
  message:
    "the journal cannot be read, so no login can be verified; run sshctl as root on a machine with systemd-journald",
};

function unverified(sessions: readonly Session[]): Warning[] {
  const count = sessions.filter(({ auth }) => auth?.verified === false).length;
  if (count === 0) return [];
  const message = `only log files, which every user can write to, show how the users of ${plural(count, "session")} logged in`;
  return [{ code: authUnverifiedCode, message }];
}

async function withAuth(
  sessions: readonly Session[],
  records: readonly AuthRecord[],
  findUser: UserLookup,
): Promise<Session[]> {
  const byPid = groupBy(records, ({ pid }) => pid);
  const recordsOf = ({ identity }: Session) => byPid.get(identity.pid) ?? [];
  const uids = new Map<string, number>();
  for (const name of new Set(sessions.flatMap((session) => foreignNames(session, recordsOf(session))))) {
    const user = await findUser(name);
    if (user.kind === "account") uids.set(name, user.uid);
  }
  const isUser: IsUser = ({ uid }, name) => uid !== undefined && uids.get(name) === uid;
  return sessions.map((session) => ({ ...session, auth: matchAuth(session, recordsOf(session), isUser) }));
}

async function readFallback(
  sessions: readonly Session[],
  nowMs: number,
  { files, logFiles }: LoginSources,
): Promise<AuthRecord[]> {
  const times = sessions.flatMap(({ acceptedAtMs }) => acceptedAtMs ?? []);
  return times.length === 0 ? [] : readAuthLogs(files, logFiles, Math.min(...times), nowMs);
}

function withComment(session: Session, commentOf: CommentFinder): Session {
  const { auth, user } = session;
  if (auth?.key === undefined || user === undefined) return session;
  return { ...session, auth: { ...auth, key: { ...auth.key, comment: commentOf(user, auth.key.fingerprint) } } };
}
