import { formatEndpoint, orderOfAddress } from "../../../domain/address.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { sessionId } from "../../../domain/session.ts";
import type { Grid, GridColumn } from "../../../text/grid.ts";
import { dayAndTime, fullTime, isoTime, clockTime } from "../../../text/time.ts";
import { shortFingerprint } from "../../sessions/text/columns.ts";
import { comparisons, sortRows, type SortKey } from "../../sessions/text/sort.ts";
import type { Row } from "../choose.ts";
import type { Connection } from "../join/connection.ts";

/** How a connection is shown in one column. */
interface HistoryColumn extends Omit<GridColumn, "name"> {
  /** For people. */
  text: (row: Row) => string | undefined;
  /** In the wide table, where it differs. */
  wide?: (row: Row) => string | undefined;
  /** For programs, where it differs. */
  data?: (row: Row) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (row: Row) => number | string | undefined;
}

const time = (timeMs: number | undefined) => (timeMs === undefined ? undefined : dayAndTime(timeMs));
const iso = (timeMs: number | undefined) => (timeMs === undefined ? undefined : isoTime(timeMs));
const full = (timeMs: number | undefined) => (timeMs === undefined ? undefined : fullTime(timeMs));
const yesNo = (value: boolean) => (value ? "yes" : "no");

const columns = {
  on: { title: "ON", tells: "differences", text: ({ presence }) => presence },
  user: { title: "USER", shrinks: 2, text: ({ connection: { user, uid } }) => user ?? uid?.toString() },
  uid: {
    title: "UID",
    align: "right",
    text: ({ connection: { uid } }) => uid?.toString(),
    order: ({ connection: { uid } }) => uid,
  },
  tty: {
    title: "TTY",
    tells: "something",
    shrinks: 3,
    text: ({ connection: { ttys } }) => ttys?.join(",") || undefined,
  },
  from: {
    title: "FROM",
    shrinks: 5,
    last: true,
    text: ({ connection: { peer } }) => peer && (peer.port === 0 ? peer.address : formatEndpoint(peer)),
    order: ({ connection: { peer } }) => peer && orderOfAddress(peer.address),
  },
  to: {
    title: "TO",
    tells: "something",
    text: ({ connection: { local } }) => local && formatEndpoint(local),
    order: ({ connection: { local } }) => local && orderOfAddress(local.address),
  },
  login: {
    title: "LOGIN",
    text: ({ connection: { loginMs } }) => time(loginMs) ?? "before",
    wide: ({ connection: { loginMs } }) => full(loginMs) ?? "before",
    data: ({ connection: { loginMs } }) => iso(loginMs),
    order: ({ connection: { loginMs } }) => loginMs,
  },
  end: {
    title: "END",
    text: ({ connection }) => endText(connection),
    wide: ({ connection: { endMs } }) => full(endMs),
    data: ({ connection: { endMs } }) => iso(endMs),
    order: ({ connection: { endMs } }) => endMs,
  },
  latest: {
    title: "LATEST END",
    tells: "something",
    text: ({ connection: { endMs, endedByMs } }) => (endMs === undefined ? full(endedByMs) : undefined),
    data: ({ connection: { endMs, endedByMs } }) => (endMs === undefined ? iso(endedByMs) : undefined),
    order: ({ connection: { endedByMs } }) => endedByMs,
  },
  lasted: {
    title: "LASTED",
    align: "right",
    spare: 3,
    text: ({ connection: { durationMs } }) =>
      durationMs === undefined ? undefined : formatDuration(durationMs / 1000),
    data: ({ connection: { durationMs } }) =>
      durationMs === undefined ? undefined : String(Math.floor(durationMs / 1000)),
    order: ({ connection: { durationMs } }) => durationMs,
  },
  ended: {
    title: "ENDED",
    text: ({ connection }) => `${connection.ending}${connection.isEndingVerified ? "" : "?"}`,
    data: ({ connection: { ending } }) => ending,
  },
  proven: { title: "PROVEN", text: ({ connection: { isEndingVerified } }) => yesNo(isEndingVerified) },
  by: { title: "BY", tells: "something", shrinks: 1, spare: 1, text: ({ connection }) => killerText(connection) },
  auth: {
    title: "AUTH",
    roomy: 1,
    text: ({ connection: { auth } }) => auth && `${auth.method}${auth.verified ? "" : "?"}`,
    data: ({ connection: { auth } }) => auth?.method,
  },
  key: {
    title: "KEY",
    tells: "something",
    shrinks: 4,
    least: shortFingerprint,
    spare: 2,
    text: ({ connection: { auth } }) => auth?.key && (auth.key.comment ?? auth.key.fingerprint),
    data: ({ connection: { auth } }) => auth?.key?.fingerprint,
  },
  logind: { title: "LOGIND", tells: "something", roomy: 2, text: ({ connection: { logindSession } }) => logindSession },
  pid: {
    title: "MONITOR",
    align: "right",
    text: ({ connection: { pid } }) => pid?.toString(),
    order: ({ connection: { pid } }) => pid,
  },
  id: { title: "ID", tells: "something", text: ({ connection: { identity } }) => identity && sessionId(identity) },
  sources: { title: "SOURCES", roomy: 3, text: ({ connection: { sources } }) => sources.join(",") },
} satisfies Record<string, HistoryColumn>;

export type HistoryColumnName = keyof typeof columns;

export const historyColumnNames = Object.keys(columns).filter((name): name is HistoryColumnName => name in columns);

/** Of the table. Those that tell nothing of any row are left out. */
export const tableColumns: readonly HistoryColumnName[] = historyColumnNames.filter(
  (name) => !["uid", "to", "latest", "proven", "pid", "id"].includes(name),
);

export const wideColumns: readonly HistoryColumnName[] = historyColumnNames.filter((name) => name !== "proven");

export function titleOf(name: HistoryColumnName): string {
  return columns[name].title;
}

function columnOf(name: HistoryColumnName): HistoryColumn {
  return columns[name];
}

/** Only the time where it is of the same day as the login. */
function endText({ loginMs, endMs }: Connection): string | undefined {
  if (endMs === undefined) return undefined;
  const isSameDay = loginMs !== undefined && new Date(loginMs).toDateString() === new Date(endMs).toDateString();
  return isSameDay ? clockTime(endMs) : dayAndTime(endMs);
}

/** "root by TERM: left over"; a signal alone where nobody knows whose it was. */
function killerText({ killedBy, signal }: Connection): string | undefined {
  if (killedBy === undefined) return signal;
  const how = killedBy.signal === undefined ? "" : ` by ${killedBy.signal}`;
  return `${killedBy.caller}${how}${killedBy.reason === undefined ? "" : `: ${killedBy.reason}`}`;
}

/** What these columns leave open stays in the order of the logins. */
export function sortHistory<Each extends Row>(
  rows: readonly Each[],
  keys: readonly SortKey<HistoryColumnName>[],
): Each[] {
  const valueOf = (name: HistoryColumnName) => columnOf(name).order ?? columnOf(name).text;
  return sortRows(rows, comparisons(keys, valueOf));
}

/** For whom a grid is made. */
export type GridKind = "table" | "wide" | "data";

export function historyGrid(rows: readonly Row[], names: readonly HistoryColumnName[], kind: GridKind): Grid {
  const shown = names.map((name) => ({ name, ...columnOf(name) }));
  const texts = shown.map(({ text, wide = text, data = text }) => ({ table: text, wide, data })[kind]);
  return {
    columns: shown,
    rows: rows.map((row) => ({
      cells: texts.map((textOf) => textOf(row)),
      ...(kind === "data" || row.presence === "yes" ? {} : { emphasis: "dim" as const }),
    })),
  };
}
