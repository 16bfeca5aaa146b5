/** docs/schemas/history-1.json */
import { sessionId } from "../../../domain/session.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import type {
  HistoryCountsDocument,
  HistoryDocument,
  PastConnectionJson,
  PastLineJson,
  SourceJson,
} from "../../../text/json-contract.ts";
import { isoTime } from "../../../text/time.ts";
import { visibleJson } from "../../../text/visible.ts";
import { authToJson } from "../../sessions/text/sessions-json.ts";
import type { Row, Rows } from "../choose.ts";
import type { CountKey, HistoryCount } from "../counts.ts";
import type { History, SourceReach } from "../read/read-history.ts";
import type { AskedTime } from "../times.ts";
import { countToJson } from "./counts.ts";

/** In pieces: a history may be long. */
export function* renderHistoryJson(history: History, { rows, undecided }: Rows, asked: AskedTime): Generator<string> {
  const frame = renderJson<Frame>({
    schema: "sshctl.history/1",
    host: history.host,
    takenAt: isoTime(history.takenAtMs),
    since: isoTime(asked.fromMs),
    until: isoTime(asked.toMs),
    connections: rows.length === 0 ? [] : ["<the connections>"],
    undecided,
    sources: sourcesToJson(history.sources),
    warnings: history.warnings,
  });
  const gap = frame.indexOf(place);
  yield gap < 0 ? frame : frame.slice(0, gap);
  for (let start = 0; start < rows.length; start += atOnce) {
    const texts = rows
      .slice(start, start + atOnce)
      .map((row) => renderJson<PastConnectionJson>(rowToJson(row)).trimEnd().replaceAll("\n", "\n    "));
    yield (start === 0 ? "" : ",\n    ") + texts.join(",\n    ");
  }
  if (gap >= 0) yield frame.slice(gap + place.length);
}

export function sourcesToJson(sources: readonly SourceReach[]): Told<SourceJson>[] {
  return sources.map(({ name, sinceMs, isVerified }) => ({ name, since: time(sinceMs), verified: isVerified }));
}

/** docs/schemas/history-counts-1.json */
export function renderCountsJson(
  history: History,
  undecided: number,
  counts: readonly HistoryCount[],
  by: CountKey,
  asked: AskedTime,
): string {
  return renderJson<HistoryCountsDocument>({
    schema: "sshctl.history-counts/1",
    host: history.host,
    takenAt: isoTime(history.takenAtMs),
    since: isoTime(asked.fromMs),
    until: isoTime(asked.toMs),
    by,
    counts: counts.map(countToJson),
    undecided,
    sources: sourcesToJson(history.sources),
    warnings: history.warnings,
  });
}

/** Where the connections go, as it stands in the text; before it there is nothing that others have chosen but the name of the host. */
const place = '"<the connections>"';

const atOnce = 500;

type Frame = Omit<HistoryDocument, "connections"> & { connections: string[] };

/** One connection a line. */
export function* renderHistoryNdjson({ host }: History, { rows }: Rows): Generator<string> {
  for (const row of rows) {
    const document: Told<PastLineJson> = { host, ...rowToJson(row) };
    yield `${visibleJson(JSON.stringify(document))}\n`;
  }
}

export function rowToJson({ connection, presence }: Row): Told<PastConnectionJson> {
  const { identity, pid, boot, server, user, uid, peer, local, auth, ttys, logindSession } = connection;
  const { loginMs, endMs, endedByMs, durationMs, ending, isEndingVerified, signal, killedBy, sources } = connection;
  return {
    on: presence,
    id: identity === undefined ? null : sessionId(identity),
    pid: pid ?? null,
    boot: boot ?? null,
    server: server ?? null,
    user: user ?? null,
    uid: uid ?? null,
    peer: peer ?? null,
    local: local ?? null,
    ttys: ttys ?? null,
    logindSession: logindSession ?? null,
    auth: auth === undefined ? null : authToJson(auth),
    loginAt: time(loginMs),
    endedAt: time(endMs),
    endedBefore: endMs === undefined ? time(endedByMs) : null,
    seconds: durationMs === undefined ? null : durationMs / 1000,
    ended: ending,
    endedVerified: isEndingVerified,
    signal: signal ?? null,
    killedBy:
      killedBy === undefined
        ? null
        : {
            caller: killedBy.caller,
            signal: killedBy.signal ?? null,
            reason: killedBy.reason ?? null,
            act: killedBy.act ?? null,
          },
    sources,
  };
}

function time(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : isoTime(timeMs);
}
