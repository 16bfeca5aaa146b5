/**
 * Moments as systemd.time(7) writes them, under "Parsing timestamps", which is what `journalctl --since` takes: "yesterday", "2h ago",
 * "2026-11-27 03:14", "@1395716396". A time of day without a zone may have been twice on its day, or never.
 */

/** What a text means. All times are milliseconds since the epoch. */
export type MeantTime =
  | { kind: "once"; timeMs: number }
  /** Clocks were set back. */
  | { kind: "twice"; firstMs: number; secondMs: number }
  /** Clocks were set forward over it. @property nextMs - as mktime(3) takes it. */
  | { kind: "never"; nextMs: number };

/** How far the clocks of a place are ahead of UTC at a moment, in milliseconds. */
export type Zone = (timeMs: number) => number;

/** For messages. */
export const timeForms =
  'today, yesterday, 03:14, 2026-11-27, "2026-11-27 03:14:07", "2026-11-27 03:14 UTC", "2h ago", -30min, @1395716396';

/** Where the program runs: TZ, or what the machine is set to. */
export const localZone: Zone = (timeMs) => -new Date(timeMs).getTimezoneOffset() * minuteMs;

/** @returns undefined for a text that is no time. */
export function parseSystemdTime(text: string, nowMs: number, local: Zone = localZone): MeantTime | undefined {
  const relative = parseRelative(text.trim(), nowMs);
  if (relative !== undefined) return { kind: "once", timeMs: relative };
  const { rest, zone } = splitZone(text.trim(), local);
  const wallMs = parseWall(rest, nowMs + zone(nowMs));
  return wallMs === undefined ? undefined : momentsOf(wallMs, zone);
}

/** "2h", which is no moment: it has to be said before or after what. */
export function isTimeSpan(text: string): boolean {
  return /[a-zA-Z]\s*$/.test(text) && parseSpan(text) !== undefined;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** "now", "+3h", "-5min", "2 days ago", "3h left", "@1395716396.5". */
function parseRelative(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs;
  const epoch = /^@(\d{1,11}(?:\.\d{1,6})?)$/.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1000;
  const [, sign, signed, span = "", word] = /^(?:([+-])(.+)|(.+?)\s+(ago|left))$/.exec(text) ?? [];
  const ms = parseSpan(signed ?? span);
  if (ms === undefined) return undefined;
  return sign === "-" || word === "ago" ? nowMs - ms : nowMs + ms;
}

/** Milliseconds in each unit; months and years are means: systemd.time(7), "Parsing time spans". */
const units: readonly (readonly [names: string, ms: number])[] = [
  ["usec us µs μs", 0.001],
  ["msec ms", 1],
  ["seconds second sec s", 1000],
  ["minutes minute min m", minuteMs],
  ["hours hour hr h", 3_600_000],
  ["days day d", dayMs],
  ["weeks week w", 7 * dayMs],
  ["months month M", 30.44 * dayMs],
  ["years year y", 365.25 * dayMs],
];
const unitMs = new Map(units.flatMap(([names, ms]) => names.split(" ").map((name) => [name, ms] as const)));

/** "2h", "1h 30min", "90" (seconds). */
function parseSpan(text: string): number | undefined {
  if (!/^\s*(?:\d{1,12}(?:\.\d{1,9})?\s*[a-zA-Zµμ]*\s*)+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zA-Zµμ]*)/g)) {
    const ms = unit === "" ? 1000 : unitMs.get(unit);
    if (ms === undefined) return undefined;
    total += Number(count) * ms;
  }
  return total;
}

/** A time may end in "UTC", "Z", an offset such as "+01:00", or the name of a zone such as "Europe/Berlin". */
function splitZone(text: string, local: Zone): { rest: string; zone: Zone } {
  const utc = /^(.*\d|\w+)(?:\s+UTC|Z)$/.exec(text)?.[1];
  if (utc !== undefined) return { rest: utc, zone: () => 0 };
  const [, before, sign, hours, minutes = "00"] = /^(.*:\d\d(?:\.\d+)?)\s*([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  if (before !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * minuteMs;
    return { rest: before, zone: () => (sign === "-" ? -offset : offset) };
  }
  const [, rest, name = ""] = /^(.*\S)\s+([A-Z][A-Za-z_]+(?:\/[\w+-]+)*)$/.exec(text) ?? [];
  const zone = rest === undefined ? undefined : namedZone(name);
  return rest === undefined || zone === undefined ? { rest: text, zone: local } : { rest, zone };
}

/** @returns undefined where there is no zone of that name: tzdata's, as Node.js knows it. */
export function namedZone(name: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    return (timeMs) => {
      const text = format.formatToParts(timeMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
      const [, sign, hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [];
      return (Number(hours) * 60 + Number(minutes)) * minuteMs * (sign === "-" ? -1 : 1);
    };
  } catch {
    return undefined;
  }
}

/** "[Fri ]2026-11-27[ 03:14[:07[.5]]]", or a time of today alone. */
const wallForm =
  /^(?:([A-Za-z]+) +)?(\d{2}(?:\d{2})?-\d{1,2}-\d{1,2})?(?:(?:^|T| +|(?<= ))(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?$/;

/**
 * What a clock on the wall shows, as if it were UTC.
 *
 * @param nowWallMs - the same of now.
 */
function parseWall(text: string, nowWallMs: number): number | undefined {
  const today = Math.floor(nowWallMs / dayMs) * dayMs;
  const named = new Map([
    ["today", today],
    ["yesterday", today - dayMs],
    ["tomorrow", today + dayMs],
  ]).get(text);
  if (named !== undefined) return named;
  const [, weekday, date, clock] = wallForm.exec(text) ?? [];
  if (date === undefined && clock === undefined) return undefined;
  const dayStart = date === undefined ? today : parseDate(date);
  const inDay = clock === undefined ? 0 : parseClock(clock);
  if (dayStart === undefined || inDay === undefined) return undefined;
  if (weekday !== undefined && !isWeekday(weekday, dayStart)) return undefined;
  return dayStart + inDay;
}

function parseDate(text: string): number | undefined {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  // strptime(3), %y: 69 to 99 are of the last century.
  const fullYear = text.indexOf("-") === 4 ? year : year + (year < 69 ? 2000 : 1900);
  const time = new Date(Date.UTC(fullYear, month - 1, day));
  const isReal = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && fullYear >= 1970;
  return isReal ? time.getTime() : undefined;
}

function parseClock(text: string): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
  return hours < 24 && minutes < 60 && seconds < 60 ? (hours * 3600 + minutes * 60 + seconds) * 1000 : undefined;
}

const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** A day of the week must be that of its date. */
function isWeekday(name: string, dayStart: number): boolean {
  const real = weekdays[new Date(dayStart).getUTCDay()] ?? "";
  return [real, real.slice(0, 3)].some((each) => each.toLowerCase() === name.toLowerCase());
}

/** When clocks of the zone showed that: zones change at most once in two days. */
function momentsOf(wallMs: number, zone: Zone): MeantTime {
  const [before, after] = [zone(wallMs - dayMs), zone(wallMs + dayMs)];
  const moments = [...new Set([before, after])]
    .map((offset) => wallMs - offset)
    .filter((timeMs) => timeMs + zone(timeMs) === wallMs)
    .toSorted((a, b) => a - b);
  const [firstMs, secondMs] = moments;
  if (firstMs === undefined) return { kind: "never", nextMs: wallMs - before };
  return secondMs === undefined ? { kind: "once", timeMs: firstMs } : { kind: "twice", firstMs, secondMs };
}
