/** What log files tell of the time before the journal. Everybody can write to them, so nothing of it is proof. */
import { isPresent } from "../../../host/files/files.ts";
import type { Facts } from "../../../host/host.ts";
import { authLogPaths, serverLines } from "../../../system/logs/auth-log.ts";
import { parseFileEvent } from "../../../system/logs/parse-journal-event.ts";
import { ConnectionLog, type Spoken } from "../join/connection-log.ts";

type LogSources = Pick<Facts, "files" | "logFiles">;

export interface FileHistory {
  spoken: readonly Spoken[];
  /** How far back each file with logins reaches, in milliseconds since the epoch. */
  reaches: ReadonlyMap<string, number>;
}

/** Files do not tell of boots. */
const noBoot = "";

/**
 * @param fromMs - files that were last written before are left alone.
 * @param untilMs - from then on the journal tells; both are milliseconds since the epoch.
 */
export async function readFileHistory(
  sources: LogSources,
  fromMs: number,
  untilMs: number,
  nowMs: number,
): Promise<FileHistory> {
  const log = new ConnectionLog();
  const reaches = new Map<string, number>();
  for (const path of oldestFirst(authLogPaths(sources.files, fromMs), sources)) {
    log.file = path;
    for await (const { timeMs, pid, text } of serverLines(sources.logFiles, path, nowMs)) {
      if (timeMs >= untilMs) continue;
      const event = parseFileEvent(text, pid, { boot: noBoot, timeMs, sinceBootUs: timeMs * 1000 });
      if (event === undefined) continue;
      if (!reaches.has(path)) reaches.set(path, timeMs);
      log.add(event);
    }
  }
  return { spoken: log.all(), reaches };
}

/** A connection may begin in one file and end in the next. */
function oldestFirst(paths: readonly string[], { files }: LogSources): string[] {
  const writtenMs = (path: string) => {
    const facts = files.facts(path);
    return isPresent(facts) ? facts.mtimeMs : 0;
  };
  return paths.toSorted((a, b) => writtenMs(a) - writtenMs(b));
}
