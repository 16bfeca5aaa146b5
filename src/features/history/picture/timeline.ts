/**
 * This room draws a history: a line for each connection, or each user, over time. This file decides, purely, what the picture has; it is
 * drawn for terminals by draw.ts and for browsers by page.ts.
 */
import { groupBy } from "../../../domain/group-by.ts";
import { clockTime, monthAndDay } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import type { Row } from "../choose.ts";
import { latestEnd, type Connection } from "../join/connection.ts";
import type { AskedTime } from "../times.ts";

/** All times are milliseconds since the epoch. */
export interface Timeline {
  fromMs: number;
  toMs: number;
  /** Its right end is now. */
  endsNow: boolean;
  /** The moment that was asked for. */
  momentMs: number | undefined;
  lines: readonly TimelineLine[];
}

export interface TimelineLine {
  /** What stands in front of it. */
  user: string;
  /** The address of the other side, or how many connections the line has. */
  detail: string;
  /** Which person it is, in the order of their first lines: for colours. */
  person: number;
  bars: readonly Bar[];
}

/** A part of a line. */
export interface Bar {
  fromMs: number;
  toMs: number;
  /** Whether somebody was on all that time; otherwise that is not known. */
  isCertain: boolean;
  connection: Connection;
}

export type LineFor = "connection" | "user";

/** How much is shown before and after a moment. */
const aroundMs = 12 * 3_600_000;

/** @param nowMs - nothing is known of the time after it. */
export function timelineOf(rows: readonly Row[], asked: AskedTime, lineFor: LineFor, nowMs: number): Timeline {
  const { fromMs, toMs, endsNow } = asked.isMoment ? spanAround(asked.fromMs, rows, nowMs) : spanOf(asked, rows, nowMs);
  const span = { fromMs, toMs };
  const people = new Map<string, number>();
  const lines = groupsOf(rows, lineFor).map(({ user, detail, connections }): TimelineLine => {
    const person = people.get(user) ?? people.size;
    people.set(user, person);
    return { user, detail, person, bars: connections.flatMap((connection) => barsOf(connection, span)) };
  });
  return { ...span, endsNow, momentMs: asked.isMoment ? asked.fromMs : undefined, lines };
}

interface Span {
  fromMs: number;
  toMs: number;
}

interface DrawnSpan extends Span {
  endsNow: boolean;
}

/** Where no time was asked for, from the first login on, and a bit more: most of a week may be empty. */
function spanOf(asked: AskedTime, rows: readonly Row[], nowMs: number): DrawnSpan {
  const { endsNow, isUsual } = asked;
  const toMs = endsNow ? nowMs : asked.toMs;
  if (!isUsual || rows.length === 0) return { fromMs: asked.fromMs, toMs, endsNow };
  const loginMs = rows.reduce((least, { connection }) => Math.min(least, connection.loginMs ?? asked.fromMs), toMs);
  const fromMs = loginMs - Math.max(60_000, (toMs - loginMs) / 20);
  return { fromMs: Math.max(asked.fromMs, fromMs), toMs, endsNow };
}

/** From the first login to the last end of those who were on at a moment, and a bit more; only as far as it helps to see the moment. */
function spanAround(momentMs: number, rows: readonly Row[], nowMs: number): DrawnSpan {
  let [loginMs, endMs] = [momentMs, momentMs];
  for (const { connection } of rows) {
    loginMs = Math.min(loginMs, connection.loginMs ?? Number.NEGATIVE_INFINITY);
    endMs = Math.max(endMs, latestEnd(connection) ?? Number.POSITIVE_INFINITY);
  }
  const [firstMs, lastMs] = [Math.max(momentMs - aroundMs, loginMs), Math.min(momentMs + aroundMs, endMs)];
  const marginMs = Math.max(60_000, (lastMs - firstMs) / 20);
  const toMs = Math.min(nowMs, lastMs + marginMs);
  return { fromMs: firstMs - marginMs, toMs, endsNow: toMs === nowMs };
}

interface Group {
  user: string;
  detail: string;
  connections: Connection[];
}

function groupsOf(rows: readonly Row[], lineFor: LineFor): Group[] {
  const connections = rows.map(({ connection }) => connection);
  if (lineFor === "connection")
    return connections.map((each) => ({ user: userOf(each), detail: each.peer?.address ?? "", connections: [each] }));
  return [...groupBy(connections, userOf)].map(([user, own]) => ({
    user,
    detail: plural(own.length, "connection"),
    connections: own,
  }));
}

function userOf({ user, uid }: Connection): string {
  return user ?? uid?.toString() ?? "?";
}

/** From the login on it is certain; how long, where the end is not known, is not. */
function barsOf(connection: Connection, { fromMs, toMs }: Span): Bar[] {
  const { loginMs = fromMs, endMs, endedByMs, ending } = connection;
  const certainMs = ending === "open" ? toMs : (endMs ?? loginMs);
  const perhapsMs = ending === "open" || endMs !== undefined ? certainMs : (endedByMs ?? toMs);
  const bars: Bar[] = [{ fromMs: loginMs, toMs: certainMs, isCertain: true, connection }];
  if (perhapsMs > certainMs) bars.push({ fromMs: certainMs, toMs: perhapsMs, isCertain: false, connection });
  return bars
    .filter((bar) => bar.fromMs <= toMs && bar.toMs >= fromMs)
    .map((bar) => ({ ...bar, fromMs: Math.max(bar.fromMs, fromMs), toMs: Math.min(bar.toMs, toMs) }));
}

/** A moment on the axis. */
export interface Tick {
  timeMs: number;
  /** "Nov 27" where a day begins, "14:00" otherwise. */
  label: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Of less than a day; each goes into a day without a rest. */
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * minuteMs);
const daySteps = [1, 2, 5, 7, 14, 30, 91, 182, 365, 730, 1825];

/**
 * Round times of the time zone of the terminal, whatever clocks do to them.
 *
 * @param atMost - how many have room.
 */
export function ticksOf({ fromMs, toMs }: Span, atMost: number): Tick[] {
  const enough = (stepMs: number) => (toMs - fromMs) / stepMs <= Math.max(1, atMost);
  const stepMs = stepsMs.find(enough);
  return stepMs === undefined
    ? dayTicks(fromMs, toMs, daySteps.find((days) => enough(days * dayMs)) ?? 3650)
    : clockTicks(fromMs, toMs, stepMs);
}

function dayTicks(fromMs: number, toMs: number, days: number): Tick[] {
  const ticks: Tick[] = [];
  const first = new Date(fromMs);
  for (let day = 1; ; day += days) {
    const time = new Date(first.getFullYear(), first.getMonth(), first.getDate() + day);
    if (time.getTime() > toMs) return ticks;
    ticks.push({ timeMs: time.getTime(), label: monthAndDay(time.getTime()) });
  }
}

function clockTicks(fromMs: number, toMs: number, stepMs: number): Tick[] {
  const ticks: Tick[] = [];
  const first = new Date(fromMs);
  const minutes = stepMs / minuteMs;
  for (let minute = 0; ; minute += minutes) {
    const time = new Date(first.getFullYear(), first.getMonth(), first.getDate(), 0, minute);
    const timeMs = time.getTime();
    if (timeMs > toMs) return ticks;
    if (timeMs >= fromMs && timeMs > (ticks.at(-1)?.timeMs ?? -Infinity)) ticks.push({ timeMs, label: label(time) });
  }
}

function label(time: Date): string {
  const clock = clockTime(time.getTime()).slice(0, 5);
  return clock === "00:00" ? monthAndDay(time.getTime()) : clock;
}
