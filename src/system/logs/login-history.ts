/** This room reads how users logged in: from the journal, and from log files, which prove nothing. */
import type { Facts } from "../../host/host.ts";
import { LoginCounter, type Login, type LoginHistory } from "./login-counter.ts";
import { firstOfJournal } from "./journal-events.ts";
import { authLogPaths, parseSyslogLine, timeOfSyslogLine } from "./auth-log.ts";
import { journalFields, parseJournalLine } from "./journal.ts";

type HistorySources = Pick<Facts, "files" | "logFiles" | "programLines">;

/** A journal is kept as long as there is space for it; a damaged one must not hang us. */
const limitMs = 60_000;

/**
 * Counts all logins by key that the journal tells of, of earlier boots, too; of the time before it those of log files, which
 * prove nothing.
 */
export async function readLoginHistory(sources: HistorySources, nowMs: number): Promise<LoginHistory> {
  const counter = new LoginCounter();
  const journalSinceMs = await firstOfJournal(sources, thisJournal);
  if (journalSinceMs !== undefined)
    await eachJournalLogin((login) => {
      counter.add(login);
    }, sources);
  const filesSinceMs = await countFiles(counter, journalSinceMs ?? Number.POSITIVE_INFINITY, sources, nowMs);
  return {
    journalSinceMs,
    filesSinceMs,
    useOf: (user, fingerprint) => counter.useOf(user, fingerprint),
    usersOf: (fingerprint) => counter.usersOf(fingerprint),
  };
}

const thisJournal = { folder: undefined };
const quiet = ["--quiet", "--no-pager", "--output=json"];
const writers = ["_UID=0", "_COMM=sshd", "_COMM=sshd-session", "_COMM=dropbear"];
const onlyLogins = "--grep=^(Accepted|Partial|Pubkey auth succeeded) ";

/**
 * Tells of each login that the journal proves. Not every journalctl can search by text, and one that finds nothing fails in the same
 * way.
 *
 * @param more - options of journalctl(1) that choose lines.
 */
export async function eachJournalLogin(
  tell: (login: Login) => void,
  { programLines }: Pick<HistorySources, "programLines">,
  more: readonly string[] = [],
): Promise<void> {
  const seen = { lines: 0 };
  const take = (line: string) => {
    const record = parseJournalLine(line);
    seen.lines += 1;
    if (record !== undefined) tell(record);
    return true;
  };
  const all = [...quiet, journalFields, ...more, ...writers];
  const exitCode = await programLines.each("journalctl", [...all, onlyLogins], limitMs, take);
  if (exitCode !== 0 && seen.lines === 0) await programLines.each("journalctl", all, limitMs, take);
}

/** @returns since when they tell of logins; undefined where they tell of none. */
async function countFiles(
  counter: LoginCounter,
  untilMs: number,
  { files, logFiles }: HistorySources,
  nowMs: number,
): Promise<number | undefined> {
  const begins: number[] = [];
  for (const path of authLogPaths(files, 0)) {
    let [beginMs, tellsOfLogins]: [number | undefined, boolean] = [undefined, false];
    for await (const line of logFiles.lines(path)) {
      beginMs ??= timeOfSyslogLine(line, nowMs);
      const record = parseSyslogLine(line, path, nowMs);
      if (record === undefined) continue;
      tellsOfLogins = true;
      if (record.timeMs < untilMs) counter.add(record);
    }
    // A file without logins may be one that never gets any.
    if (tellsOfLogins && beginMs !== undefined && beginMs < untilMs) begins.push(beginMs);
  }
  return begins.length === 0 ? undefined : Math.min(...begins);
}
