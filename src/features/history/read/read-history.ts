/**
 * This room reads everything that is known of the connections of a span of time: the journal by its index (read-journal.ts), log files for
 * the time before it (read-files.ts), and the sessions that are open now.
 */
import type { LogEvent } from "../../../domain/log-event.ts";
import { indexAccounts } from "../../../domain/accounts.ts";
import { isOfUserHere, type SessionReport, type Warning } from "../../../domain/session.ts";
import { ForeseenError } from "../../../errors.ts";
import type { Facts } from "../../../host/host.ts";
import { keyComments } from "../../../report/key-comments.ts";
import type { Reports } from "../../../report/reports.ts";
import { localAccounts } from "../../../system/accounts.ts";
import type { Connection } from "../join/connection.ts";
import { joinBook } from "../join/books.ts";
import { joinOpen } from "../join/join.ts";
import { readBooks, type Book } from "./read-books.ts";
import { readFileHistory } from "./read-files.ts";
import { readJournalHistory, type JournalHistory, type Span } from "./read-journal.ts";
import { readBootId } from "../../../system/procfs/boot-id.ts";

/** Whose history it is: this machine's, that of a folder with journal files, or of a recorded host. */
export type Subject = { kind: "here" } | { kind: "journal"; folder: string } | { kind: "recorded"; folder: string };

export interface History {
  host: string;
  takenAtMs: number;
  /** In the order of their logins. */
  connections: readonly Connection[];
  sources: readonly SourceReach[];
  warnings: readonly Warning[];
}

/** How far back a source reaches. */
export interface SourceReach {
  name: string;
  /** Milliseconds since the epoch; undefined where it cannot be read. */
  sinceMs: number | undefined;
  /** Whether nobody but root can have written it. */
  isVerified: boolean;
  /** What is to be known of all that it tells. */
  remark?: string;
}

/** Whether all of that time was before any source begins. What no source reaches is not known, and not nobody's. */
export function isBeforeAll(sources: readonly SourceReach[], { toMs }: Span): boolean {
  return sources.length > 0 && sources.every(({ sinceMs = Number.POSITIVE_INFINITY }) => toMs < sinceMs);
}

type Sources = Pick<Facts, "files" | "smallFiles" | "logFiles" | "programs" | "programLines" | "hostName" | "now">;

export async function readHistory(
  subject: Subject,
  span: Span,
  facts: Sources,
  readSessions: Reports["read"],
  onEvent: (event: LogEvent) => void,
): Promise<History> {
  switch (subject.kind) {
    case "recorded":
      return readRecorded(subject.folder, readSessions);
    case "journal":
      return readFolder(subject.folder, span, facts, onEvent);
    case "here":
      return readHere(span, facts, readSessions, onEvent);
  }
}

/** A recording holds who was on at its moment. */
async function readRecorded(root: string, readSessions: Reports["read"]): Promise<History> {
  const report = await readSessions({ root, set: "procfs", logins: true });
  const { host, takenAtMs, sessions, warnings } = report;
  return {
    host,
    takenAtMs,
    warnings: [...warnings, onlyOpen],
    connections: sessions.filter(isOfUserHere).map((session) => joinOpen(session, undefined, takenAtMs)),
    sources: [],
  };
}

const onlyOpen: Warning = {
  code: "recording-without-history",
  message: "a recording tells who was on when it was made, and nothing of connections that had ended by then",
};

async function readFolder(
  folder: string,
  span: Span,
  facts: Sources,
  onEvent: (event: LogEvent) => void,
): Promise<History> {
  const nowMs = facts.now();
  const journal = { programLines: facts.programLines, folder, currentBoot: undefined };
  const history = await readJournalHistory(
    journal,
    span,
    nowMs,
    undefined,
    async () => Promise.resolve(undefined),
    onEvent,
  );
  return {
    host: facts.hostName(),
    takenAtMs: nowMs,
    connections: history.connections,
    sources: [reachOfJournal(history)],
    warnings: [
      ...unreadable(history, `no journal can be read in ${folder}`),
      ...unreached([reachOfJournal(history)], span),
      ...dropped(history),
    ],
  };
}

async function readHere(
  span: Span,
  facts: Sources,
  readSessions: Reports["read"],
  onEvent: (event: LogEvent) => void,
): Promise<History> {
  const { report, trouble } = await readOpen(readSessions);
  const nowMs = report?.takenAtMs ?? facts.now();
  const journal = { programLines: facts.programLines, folder: undefined, currentBoot: currentBoot(facts) };
  const readFiles = async (untilMs: number) => readFileHistory(facts, span.fromMs, untilMs, nowMs);
  const history = await readJournalHistory(journal, span, nowMs, report, readFiles, onEvent);
  const journalMs = history.sinceMs ?? Number.POSITIVE_INFINITY;
  const { books, warnings } = await readBooks(facts, span.fromMs, span.fromMs < journalMs);
  const sources = [reachOfJournal(history), ...reachesOfFiles(history), ...books.flatMap(reachOfBook)];
  const joined = books.reduce((all, { entries }) => joinBook(all, entries, journalMs), history.connections);
  return {
    host: facts.hostName(),
    takenAtMs: nowMs,
    connections: await withComments(joined, facts),
    sources,
    warnings: [
      ...(report?.warnings ?? []),
      ...(trouble === undefined ? [] : [trouble]),
      ...unreadable(history, noJournal),
      ...unreached(sources, span),
      ...dropped(history),
      ...warnings,
    ],
  };
}

/** Where processes cannot be looked at, logs still can. */
async function readOpen(read: Reports["read"]): Promise<{ report?: SessionReport; trouble?: Warning }> {
  try {
    return { report: await read({ root: undefined, set: "procfs", logins: false }) };
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return {
      trouble: { code: "sessions-unreadable", message: `which connections are open is not known: ${error.message}` },
    };
  }
}

/** As journald writes it: without the dashes. */
function currentBoot({ files }: Pick<Sources, "files">): string | undefined {
  return readBootId(files)?.replaceAll("-", "");
}

async function withComments(connections: readonly Connection[], facts: Sources): Promise<readonly Connection[]> {
  if (!connections.some(({ auth }) => auth?.key)) return connections;
  const accounts = indexAccounts(localAccounts(facts));
  const commentOf = await keyComments(accounts, facts);
  return connections.map((connection) => {
    const { auth, user } = connection;
    if (auth?.key === undefined || user === undefined) return connection;
    const comment = commentOf(user, auth.key.fingerprint);
    return comment === undefined ? connection : { ...connection, auth: { ...auth, key: { ...auth.key, comment } } };
  });
}

function reachOfJournal({ sinceMs }: JournalHistory): SourceReach {
  return { name: "journal", sinceMs, isVerified: true };
}

function reachesOfFiles({ fileReaches }: JournalHistory): SourceReach[] {
  return [...fileReaches].map(([name, sinceMs]) => ({ name, sinceMs, isVerified: false, remark: openToUsers }));
}

/** Of log files, through syslog(3). */
export const openToUsers = "to which every user can write";

function reachOfBook({ name, entries, isVerified }: Book): SourceReach[] {
  const [first] = entries;
  if (first === undefined) return [];
  const sinceMs = entries.reduce((least, { loginMs }) => Math.min(least, loginMs), first.loginMs);
  return [{ name, sinceMs, isVerified, ...(isVerified ? {} : { remark: "which knows terminals only" }) }];
}

const noJournal =
  "the journal cannot be read, so only what is open now is known, and what log files tell; run sshctl as root on a machine with systemd-journald";

function unreadable({ sinceMs }: JournalHistory, message: string): Warning[] {
  return sinceMs === undefined ? [{ code: "journal-unreadable", message }] : [];
}

function unreached(sources: readonly SourceReach[], span: Span): Warning[] {
  if (!isBeforeAll(sources, span)) return [];
  return [{ code: "before-sources", message: "no log reaches back that far" }];
}

function dropped({ suppressed }: JournalHistory): Warning[] {
  return [...suppressed].map(([unit, count]) => ({
    code: "lines-suppressed",
    message: `journald has dropped ${String(count)} lines of ${unit}, which wrote too many at once: connections and ends may be missing`,
  }));
}
