/**
 * YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in the zone of the machine, or UTC with a Z behind it: parse_absolute_time() in
 * OpenSSH's misc.c.
 *
 * @returns milliseconds since the epoch; undefined where it is no time.
 */
export function parseAbsoluteTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(z|utc)?$/i.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 61) return undefined;
  const time =
    match[7] === undefined
      ? new Date(year, month - 1, day, hour, minute, second).getTime()
      : Date.UTC(year, month - 1, day, hour, minute, second);
  return time > 0 ? time : undefined;
}
