import { formatEndpoint, orderOfAddress } from "../../../domain/address.ts";
import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import { isPortForward } from "../../../domain/forwards.ts";
import { sessionId, type LiveReport, type Session } from "../../../domain/session.ts";
import { comingEndCell } from "./coming-end-text.ts";
import { formatForward } from "./forward-text.ts";
import { payloadRate, payloadText } from "./payload-text.ts";
import { shortFrozenText } from "./frozen-text.ts";
import type { GridColumn } from "../../../text/grid.ts";
import { isoTime, localTime } from "../../../text/time.ts";

/** How a session is shown in one column. Undefined values become a dash, or nothing in CSV. */
export interface Column extends Omit<GridColumn, "name"> {
  /** For people. */
  text: (session: Session, view: View) => string | undefined;
  /** For programs, where it differs: exact times, plain seconds. */
  data?: (session: Session, view: View) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (session: Session) => number | string | undefined;
  /** What has to be looked up for it beside what all rows have: logins in the logs, everything about the processes, or a second reading. */
  needs?: "logins" | "all" | "payload";
}

export interface View {
  host: string;
  nowMs: number;
  /** Show commands with their arguments, which may hold secrets. */
  fullCommand: boolean;
}

export function viewOf({ host, takenAtMs }: Pick<LiveReport, "host" | "takenAtMs">, fullCommand: boolean): View {
  return { host, nowMs: takenAtMs, fullCommand };
}

const optionalText = (value: number | undefined) => (value === undefined ? undefined : String(value));
const duration = (seconds: number | undefined) => (seconds === undefined ? undefined : formatDuration(seconds));
/** The latest is the shortest time ago. */
const latestFirst = (timeMs: number | undefined) => timeMs && -timeMs;
const nameOf = ({ user, uid }: Session) => user ?? optionalText(uid);
/** "alice+root": alice's session, in which root runs something. */
const withRoot = (name: string | undefined, { rootInside = [] }: Session) =>
  name !== undefined && rootInside.length > 0 ? `${name}+root` : name;
/** "pts/12 +1": the terminal that was asked for, of a connection that has one more. */
function withOthers({ ttys, channels }: Session): string | undefined {
  const others = channels.filter(({ tty }) => tty !== undefined && !ttys.includes(tty)).length;
  return ttys.length === 0 ? undefined : `${ttys.join(",")}${others === 0 ? "" : ` +${String(others)}`}`;
}
const carries = (forwards: Session["forwards"]) => forwards?.some(isPortForward) === true;
const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? "yes" : "no");

/** Of a fingerprint, what is enough to name its key: "SHA256:wcPFP6DV", and the sign that more follows. */
export const shortFingerprint = 16;

export const columns = {
  host: { title: "HOST", text: (_, { host }) => host },
  self: {
    title: "ME",
    text: ({ self }) => (self === undefined ? "?" : self ? "*" : ""),
    data: ({ self }) => yesNo(self),
  },
  user: {
    title: "USER",
    shrinks: 2,
    text: (session) => withRoot(nameOf(session), session),
    data: nameOf,
    order: nameOf,
  },
  uid: { title: "UID", align: "right", text: ({ uid }) => optionalText(uid), order: ({ uid }) => uid },
  kind: {
    title: "KIND",
    spare: 4,
    text: ({ kind, forwards }) => (carries(forwards) && kind !== "tunnel" ? `${kind ?? ""}+fwd` : kind),
    data: ({ kind }) => kind,
    order: ({ kind }) => kind,
  },
  tty: {
    title: "TTY",
    shrinks: 3,
    text: (session) => withOthers(session),
    data: ({ ttys }) => ttys.join(",") || undefined,
  },
  from: {
    title: "FROM",
    shrinks: 4,
    last: true,
    text: ({ peer }) => peer && formatEndpoint(peer),
    order: ({ peer }) => peer && orderOfAddress(peer.address),
  },
  to: {
    title: "TO",
    tells: "differences",
    roomy: 3,
    shrinks: 4,
    last: true,
    text: ({ local }) => local && formatEndpoint(local),
    order: ({ local }) => local && orderOfAddress(local.address),
  },
  pid: { title: "PID", align: "right", text: ({ pid }) => String(pid), order: ({ pid }) => pid },
  monitor: {
    title: "MONITOR",
    align: "right",
    text: ({ monitorPid }) => optionalText(monitorPid),
    order: ({ monitorPid }) => monitorPid,
  },
  id: { title: "ID", text: ({ identity }) => sessionId(identity), order: ({ identity }) => identity.pid },
  login: {
    title: "LOGIN",
    spare: 3,
    text: ({ startedAtMs }, { nowMs }) => (startedAtMs === undefined ? undefined : localTime(startedAtMs, nowMs)),
    data: ({ startedAtMs }) => (startedAtMs === undefined ? undefined : isoTime(startedAtMs)),
    order: ({ startedAtMs }) => startedAtMs,
  },
  idle: {
    title: "IDLE",
    align: "right",
    spare: 5,
    text: ({ lastInputMs }, { nowMs }) => duration(secondsSince(lastInputMs, nowMs)),
    data: ({ lastInputMs }, { nowMs }) => optionalText(secondsSince(lastInputMs, nowMs)),
    order: ({ lastInputMs }) => latestFirst(lastInputMs),
  },
  quiet: {
    title: "QUIET",
    tells: "something",
    roomy: 2,
    align: "right",
    text: ({ lastOutputMs }, { nowMs }) => duration(secondsSince(lastOutputMs, nowMs)),
    data: ({ lastOutputMs }, { nowMs }) => optionalText(secondsSince(lastOutputMs, nowMs)),
    order: ({ lastOutputMs }) => latestFirst(lastOutputMs),
  },
  busy: { title: "BUSY", tells: "differences", text: ({ busy }) => yesNo(busy) },
  phase: { title: "PHASE", tells: { but: "open" }, text: ({ phase }) => phase },
  frozen: {
    title: "FROZEN",
    tells: "something",
    text: ({ frozen }, { nowMs }) => frozen && shortFrozenText(frozen, nowMs),
    data: ({ frozen }) => yesNo(frozen !== undefined),
  },
  server: { title: "SERVER", tells: "differences", text: ({ server }) => server },
  logind: { title: "LOGIND", tells: "something", needs: "all", text: ({ logindSession }) => logindSession },
  container: {
    title: "CONTAINER",
    tells: "something",
    text: ({ container }) => (container ? "yes" : undefined),
    data: ({ container }) => yesNo(container),
  },
  auth: {
    title: "AUTH",
    tells: "something",
    needs: "logins",
    text: ({ auth }) => auth && `${auth.method}${auth.verified ? "" : " (unverified)"}`,
  },
  key: {
    title: "KEY",
    tells: "something",
    needs: "logins",
    shrinks: 3,
    least: shortFingerprint,
    text: ({ auth }) => auth?.key && (auth.key.comment ?? auth.key.fingerprint),
    data: ({ auth }) => auth?.key?.fingerprint,
  },
  forwards: {
    title: "FORWARDS",
    tells: "something",
    roomy: 1,
    needs: "all",
    shrinks: 2,
    spare: 1,
    text: ({ forwards }) => forwards?.map(formatForward).join(" ") || undefined,
  },
  since: {
    title: "SINCE",
    tells: "something",
    text: ({ commandStartedAtMs: timeMs, busy }, { nowMs }) =>
      timeMs === undefined || busy === false ? undefined : localTime(timeMs, nowMs),
    data: ({ commandStartedAtMs: timeMs }) => (timeMs === undefined ? undefined : isoTime(timeMs)),
    order: ({ commandStartedAtMs }) => commandStartedAtMs,
  },
  payload: {
    title: "PAYLOAD",
    tells: "something",
    needs: "payload",
    text: ({ payload }, { nowMs }) => payload && payloadText(payload, nowMs),
    data: ({ payload }) => optionalText(payload && payloadRate(payload)),
    order: ({ payload }) => payload && payloadRate(payload),
  },
  ends: {
    title: "ENDS",
    tells: "something",
    text: ({ comingEnd }, { nowMs }) => comingEndCell(comingEnd, nowMs),
    data: ({ comingEnd }) => comingEnd && isoTime(comingEnd.atMs),
    order: ({ comingEnd }) => comingEnd?.atMs,
  },
  command: {
    title: "COMMAND",
    shrinks: 1,
    spare: 2,
    text: ({ command, commandLine }, { fullCommand }) => (fullCommand ? commandLine : command),
  },
} satisfies Record<string, Column>;

export type ColumnName = keyof typeof columns;

export const columnNames = Object.keys(columns).filter((name): name is ColumnName => name in columns);

export function columnOf(name: ColumnName): Column {
  return columns[name];
}

/** Whether that has to be looked up for a column. */
export function needs(what: NonNullable<Column["needs"]>): (name: ColumnName) => boolean {
  return (name) => columnOf(name).needs === what;
}

/** Of the table, in a pipe too. Those that tell nothing of any row are left out. */
export const defaultColumns: readonly ColumnName[] = columnNames.filter((name) =>
  [
    "self",
    "user",
    "kind",
    "tty",
    "from",
    "pid",
    "login",
    "idle",
    "phase",
    "frozen",
    "container",
    "auth",
    "key",
    "payload",
    "ends",
    "command",
  ].includes(name),
);

/** Of the wide table, likewise. What is left repeats another column in other words. */
export const wideColumns: readonly ColumnName[] = columnNames.filter(
  (name) => !["host", "uid", "monitor", "id"].includes(name),
);

/** Of the table on a terminal: where there is room, it has more. */
export const roomyColumns: readonly ColumnName[] = columnNames.filter(
  (name) => defaultColumns.includes(name) || columnOf(name).roomy !== undefined,
);
