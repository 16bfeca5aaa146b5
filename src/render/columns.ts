import { formatEndpoint } from "../domain/address.ts";
import { formatDuration } from "../domain/duration.ts";
import { sessionId, type Session } from "../domain/session.ts";
import { isoTime } from "./json.ts";

/** How a session is shown in one column. Undefined values become a dash, or nothing in CSV. */
export interface Column {
  title: string;
  align?: "right";
  /** Columns with a rank give way, the lowest rank first, when a table is too wide. */
  shrinks?: number;
  /** For people at a terminal. */
  text: (session: Session, view: View) => string | undefined;
  /** For programs, where it differs: exact times, plain seconds. */
  data?: (session: Session, view: View) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (session: Session) => number | undefined;
}

export interface View {
  nowMs: number;
  /** Show commands with their arguments, which may hold secrets. */
  fullCommand: boolean;
}

const optionalText = (value: number | undefined) => (value === undefined ? undefined : String(value));
const duration = (seconds: number | undefined) => (seconds === undefined ? undefined : formatDuration(seconds));
const yesNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? "yes" : "no");

export const columns = {
  self: { title: "ME", text: markOf },
  user: { title: "USER", shrinks: 2, text: ({ user, uid }) => user ?? optionalText(uid) },
  uid: { title: "UID", align: "right", text: ({ uid }) => optionalText(uid), order: ({ uid }) => uid },
  kind: { title: "KIND", text: ({ kind }) => kind },
  tty: { title: "TTY", shrinks: 3, text: ({ ttys }) => ttys.join(",") || undefined },
  from: { title: "FROM", shrinks: 4, text: ({ peer }) => peer && formatEndpoint(peer) },
  to: { title: "TO", shrinks: 4, text: ({ local }) => local && formatEndpoint(local) },
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
    text: ({ startedAtMs }, { nowMs }) => (startedAtMs === undefined ? undefined : localTime(startedAtMs, nowMs)),
    data: ({ startedAtMs }) => (startedAtMs === undefined ? undefined : isoTime(startedAtMs)),
    order: ({ startedAtMs }) => startedAtMs,
  },
  idle: {
    title: "IDLE",
    align: "right",
    text: ({ idleSeconds }) => duration(idleSeconds),
    data: ({ idleSeconds }) => optionalText(idleSeconds),
    order: ({ idleSeconds }) => idleSeconds,
  },
  quiet: {
    title: "QUIET",
    align: "right",
    text: ({ quietSeconds }) => duration(quietSeconds),
    data: ({ quietSeconds }) => optionalText(quietSeconds),
    order: ({ quietSeconds }) => quietSeconds,
  },
  busy: { title: "BUSY", text: ({ busy }) => yesNo(busy) },
  phase: { title: "PHASE", text: ({ phase }) => phase },
  server: { title: "SERVER", text: ({ server }) => server },
  logind: { title: "LOGIND", text: ({ logindSession }) => logindSession },
  container: { title: "CONTAINER", text: ({ container }) => yesNo(container) },
  command: {
    title: "COMMAND",
    shrinks: 1,
    text: ({ command, commandLine }, { fullCommand }) => (fullCommand ? commandLine : command),
  },
} satisfies Record<string, Column>;

/** The marks that the legend explains. */
export function markOf({ self, container }: Session): string | undefined {
  if (self === true) return "*";
  if (container) return "c";
  return self === undefined ? "?" : undefined;
}

export type ColumnName = keyof typeof columns;

export const columnNames = Object.keys(columns).filter((name): name is ColumnName => name in columns);

export function columnOf(name: ColumnName): Column {
  return columns[name];
}

export const defaultColumns: readonly ColumnName[] = [
  "self",
  "user",
  "kind",
  "tty",
  "from",
  "pid",
  "login",
  "idle",
  "command",
];

/** "09:41" today, "Sat 09:41" this week, "Nov 21" this year, "2025-12-31" before, in the time zone of the terminal. */
export function localTime(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock;
  if (nowMs - timeMs < 6 * 86_400_000) return `${days[time.getDay()] ?? ""} ${clock}`;
  if (time.getFullYear() === new Date(nowMs).getFullYear())
    return `${months[time.getMonth()] ?? ""} ${two(time.getDate())}`;
  return `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
