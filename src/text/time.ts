/** Milliseconds since the epoch as ISO 8601 in UTC. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Milliseconds since the epoch as "20261125T035900123" in UTC: for names of files, which sort by time. */
export function timeStamp(timeMs: number): string {
  return isoTime(timeMs).replace(/[-:.Z]/g, "");
}

/** "2026-11-21 09:41:07 +0100": exact, for people, in the time zone of the terminal. */
export function fullTime(timeMs: number): string {
  return `${dayAndTime(timeMs)} ${zoneOffset(timeMs)}`;
}

/** "2026-11-21 09:41:07" in the time zone of the terminal, which has to be told elsewhere. */
export function dayAndTime(timeMs: number): string {
  return `${dayOf(new Date(timeMs))} ${clockTime(timeMs)}`;
}

/** "+0100": how far the time zone of the terminal is ahead of UTC at a moment. */
export function zoneOffset(timeMs: number): string {
  const east = -new Date(timeMs).getTimezoneOffset();
  return `${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`;
}

/** "09:41" today, "Sat 09:41" this week, "Nov 21" this year, "2025-12-31" before, in the time zone of the terminal. */
export function localTime(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs);
  const clock = clockTime(timeMs).slice(0, 5);
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock;
  if (nowMs - timeMs < 6 * 86_400_000) return `${days[time.getDay()] ?? ""} ${clock}`;
  return time.getFullYear() === new Date(nowMs).getFullYear() ? monthAndDay(timeMs) : dayOf(time);
}

/** "Nov 21" in the time zone of the terminal. */
export function monthAndDay(timeMs: number): string {
  const time = new Date(timeMs);
  return `${months[time.getMonth()] ?? ""} ${two(time.getDate())}`;
}

/** "09:41:07" in the time zone of the terminal. */
export function clockTime(timeMs: number): string {
  const time = new Date(timeMs);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
}

/** "2026-11-21" in the time zone of the terminal. */
export function localDay(timeMs: number): string {
  return dayOf(new Date(timeMs));
}

function dayOf(time: Date): string {
  return `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
