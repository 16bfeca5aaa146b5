import { formatEndpoint, orderOfAddress } from "../../../domain/address.ts";
import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import { formatForward } from "./forward-text.ts";
import type { GridColumn } from "../../../text/grid.ts";
import { isoTime, localTime } from "../../../text/time.ts";

/** How a session is shown in one column. Undefined values become a dash, or nothing in CSV. */
export interface Column extends Omit<GridColumn, "name"> {
  /** For people at a terminal. */
  text: (session: Session, view: View) => string | undefined;
  /** For programs, where it differs: exact times, plain seconds. */
  data?: (session: Session, view: View) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (session: Session) => number | string | undefined;
  /** What has to be looked up for it beside what all rows have: logins in the logs, or everything about the processes. */
  needs?: "logins" | "all";
}

export interface View {
  nowMs: number;
  /** Show commands with their arguments, which may hold secrets. */
  fullCommand: boolean;
}

const optionalText = (value: number | undefined) => (value === undefined ? undefined : String(value));
const duration = (seconds: number | undefined) => (seconds === undefined ? undefined : formatDuration(seconds));
/** The latest is the shortest time ago. */
const latestFirst = (timeMs: number | undefined) => timeMs && -timeMs;
const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? "yes" : "no");

/** Of a fingerprint, what is enough to name its key: "SHA256:wcPFP6DV", and the sign that more follows. */
export const shortFingerprint = 16;

export const columns = {
  self: {
    title: "ME",
    text: ({ self }) => (self === undefined ? "?" : self ? "*" : ""),
    data: ({ self }) => yesNo(self),
  },
  user: { title: "USER", shrinks: 2, text: ({ user, uid }) => user ?? optionalText(uid) },
  uid: { title: "UID", align: "right", text: ({ uid }) => optionalText(uid), order: ({ uid }) => uid },
  kind: { title: "KIND", spare: 4, text: ({ kind }) => kind },
  tty: { title: "TTY", shrinks: 3, text: ({ ttys }) => ttys.join(",") || undefined },
  from: {
    title: "FROM",
    shrinks: 4,
    last: true,
    text: ({ peer }) => peer && formatEndpoint(peer),
    order: ({ peer }) => peer && orderOfAddress(peer.address),
  },
  to: {
    title: "TO",
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
    align: "right",
    text: ({ lastOutputMs }, { nowMs }) => duration(secondsSince(lastOutputMs, nowMs)),
    data: ({ lastOutputMs }, { nowMs }) => optionalText(secondsSince(lastOutputMs, nowMs)),
    order: ({ lastOutputMs }) => latestFirst(lastOutputMs),
  },
  busy: { title: "BUSY", text: ({ busy }) => yesNo(busy) },
  phase: { title: "PHASE", text: ({ phase }) => phase },
  server: { title: "SERVER", text: ({ server }) => server },
  logind: { title: "LOGIND", needs: "all", text: ({ logindSession }) => logindSession },
  container: { title: "CONTAINER", text: ({ container }) => yesNo(container) },
  auth: {
    title: "AUTH",
    needs: "logins",
    text: ({ auth }) => auth && `${auth.method}${auth.verified ? "" : " (unverified)"}`,
  },
  key: {
    title: "KEY",
    needs: "logins",
    shrinks: 3,
    least: shortFingerprint,
    text: ({ auth }) => auth?.key && (auth.key.comment ?? auth.key.fingerprint),
    data: ({ auth }) => auth?.key?.fingerprint,
  },
  forwards: {
    title: "FORWARDS",
    needs: "all",
    shrinks: 2,
    spare: 1,
    text: ({ forwards }) => forwards?.map(formatForward).join(" ") || undefined,
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

/** The usual ones; what is looked up on request follows, and the command comes last. */
export const defaultColumns: readonly ColumnName[] = ["self", "user", "kind", "tty", "from", "pid", "login", "idle"];
