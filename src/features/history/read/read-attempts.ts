/** The failed logins of a span of time, from the journal, and from log files for the time before it. */
import type { Warning } from "../../../domain/session.ts";
import type { Facts } from "../../../host/host.ts";
import { authLogPaths, serverLines } from "../../../system/logs/auth-log.ts";
import { firstOfJournal, readAttempts } from "../../../system/logs/journal-events.ts";
import { parseFileAttempt } from "../../../system/logs/parse-journal-event.ts";
import { AttemptCounter, type AttemptCount, type AttemptQuestion } from "../attempts.ts";
import { openToUsers, type SourceReach } from "./read-history.ts";
import type { Span } from "./read-journal.ts";

export interface AttemptHistory {
  host: string;
  takenAtMs: number;
  counts: readonly AttemptCount[];
  sources: readonly SourceReach[];
  warnings: readonly Warning[];
}

type Sources = Pick<Facts, "files" | "logFiles" | "programLines" | "hostName" | "now">;

/**
 * @param folder - with journal files, of whatever machine; undefined for this machine's.
 * @param onLine - is told the time of every line.
 */
export async function readAttemptHistory(
  facts: Sources,
  folder: string | undefined,
  { fromMs, toMs }: Span,
  question: AttemptQuestion,
  onLine: (timeMs: number) => void,
): Promise<AttemptHistory> {
  const counter = new AttemptCounter(question);
  const sinceMs = await firstOfJournal(facts, { folder });
  const sources: SourceReach[] = [{ name: "journal", sinceMs, isVerified: true }];
  if (folder === undefined && fromMs < (sinceMs ?? Number.POSITIVE_INFINITY))
    sources.push(...(await readFiles(facts, { fromMs, toMs }, sinceMs ?? Number.POSITIVE_INFINITY, counter)));
  if (sinceMs !== undefined)
    await readAttempts(facts, { folder, sinceMs: fromMs, untilMs: toMs }, (line) => {
      onLine(line.timeMs);
      counter.add(line);
    });
  return {
    host: facts.hostName(),
    takenAtMs: facts.now(),
    counts: counter.counts(),
    sources,
    warnings: [...(sinceMs === undefined ? [noJournal] : []), ...(counter.isCutShort ? [tooManyKinds] : [])],
  };
}

const noJournal: Warning = {
  code: "journal-unreadable",
  message:
    "the journal cannot be read, so only what log files tell is known; run sshctl as root on a machine with systemd-journald",
};

const tooManyKinds: Warning = {
  code: "attempts-together",
  message:
    "there are too many different names and addresses: the rarer ones are counted together; --by tells of one thing at a time",
};

async function readFiles(
  { files, logFiles, now }: Sources,
  { fromMs, toMs }: Pick<Span, "fromMs" | "toMs">,
  journalMs: number,
  counter: AttemptCounter,
): Promise<SourceReach[]> {
  const nowMs = now();
  const untilMs = Math.min(toMs, journalMs - 1);
  const reaches: SourceReach[] = [];
  for (const path of authLogPaths(files, fromMs)) {
    let sinceMs: number | undefined;
    for await (const found of serverLines(logFiles, path, nowMs)) {
      if (found.timeMs < fromMs || found.timeMs > untilMs) continue;
      const attempt = parseFileAttempt(found, path);
      if (attempt === undefined) continue;
      sinceMs ??= found.timeMs;
      counter.add(attempt);
    }
    if (sinceMs !== undefined) reaches.push({ name: path, sinceMs, isVerified: false, remark: openToUsers });
  }
  return reaches;
}
