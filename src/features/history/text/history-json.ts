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
  const frame = renderJson<Frame<HistoryDocument>>({
    schema: "sshctl.history/1",
    host: history.host,
    takenAt: isoTime(history.takenAtMs),
    since: isoTime(asked.fromMs),
    until: isoTime(asked.toMs),
    connections: rows.length === 0 ? [] : [rowsGoHere],
    undecided,
    sources: sourcesToJson(history.sources),
    warnings: history.warnings,
  });
  yield* fillFrame(frame, rows, (row) => renderJson<PastConnectionJson>(rowToJson(row)));
}

/** @param frame - a document, with the place where the rows go as its only connection; none without rows. */
export function* fillFrame<Each>(
  frame: string,
  rows: readonly Each[],
  render: (row: Each) => string,
): Generator<string> {
  const [before = "", after] = frame.split(place);
  yield `${before}${after === undefined ? "" : opening}`;
  for (let start = 0; start < rows.length; start += atOnce) {
    const texts = rows.slice(start, start + atOnce).map((row) => render(row).trimEnd().replaceAll("\n", "\n    "));
    yield (start === 0 ? "" : ",\n    ") + texts.join(",\n    ");
  }
  if (after !== undefined) yield after;
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

/** What stands in a document for its connections. */
export const rowsGoHere = "<the connections>";
const opening = '\n  "connections": [\n    ';
/** As it stands in the text: a text that others have chosen has no line breaks there. */
const place = `${opening}"${rowsGoHere}"`;

const atOnce = 500;

/** Of a document, with texts in place of its connections. */
export type Frame<Document extends { connections: readonly object[] }> = Omit<Document, "connections"> & {
  connections: string[];
};

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
