import { isSince, type LineRules } from "./line-rules.ts";

/** What expiry-time sets as a time that is never reached. */
export const never = Number.POSITIVE_INFINITY;

/** How long the text before the zone is, and how many fields that makes: YYYYMMDD, with HHMM, with SS. */
const fieldCounts: ReadonlyMap<number, number> = new Map([
  [8, 3],
  [12, 5],
  [14, 6],
]);

/** Of year, month, day, hour, minute and second, as strptime(3) takes them. */
const ranges: readonly (readonly [least: number, most: number])[] = [
  [0, 9999],
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 61],
];

/** UTC by a Z behind it, and nothing behind the last number: 3fa539c3 in OpenSSH 9.1. */
const zoneVersion = 901;

/** A time before 1970 is an error in 10.0, and one in the far future in 10.6. */
const wrapVersion = 1001;

/**
 * YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in the zone of the machine, or UTC with a Z behind it: parse_absolute_time() in
 * OpenSSH's misc.c, which leaves each field to strptime(3).
 *
 * @returns milliseconds since the epoch, or `never`; undefined where it is no time.
 */
export function parseAbsoluteTime(text: string, rules: Pick<LineRules, "openssh">): number | undefined {
  const zone = isSince(rules, zoneVersion) ? (/(?:z|utc)$/i.exec(text)?.[0] ?? "") : "";
  const digits = text.slice(0, text.length - zone.length);
  const count = fieldCounts.get(Buffer.byteLength(digits));
  const fields = count === undefined ? undefined : readFields(digits, count, !isSince(rules, zoneVersion));
  if (fields === undefined) return undefined;
  const time = timeOf(fields, zone !== "");
  if (time === 0 || (time < 0 && !isSince(rules, wrapVersion))) return undefined;
  return time < 0 ? never : time;
}

function readFields(digits: string, count: number, mayEndEarly: boolean): number[] | undefined {
  const fields: number[] = [];
  let start = 0;
  for (const [index, range] of ranges.slice(0, count).entries()) {
    const width = index === 0 ? 4 : 2;
    const field = readNumber(digits.slice(start, start + width), range);
    if (field === undefined) return undefined;
    if (!field.isWhole && !(mayEndEarly && index === count - 1)) return undefined;
    fields.push(field.value);
    start += width;
  }
  return fields;
}

/** get_number() in glibc's strptime_l.c: spaces, then digits for as long as the number stays in its range. */
function readNumber(
  text: string,
  [least, most]: readonly [number, number],
): { value: number; isWhole: boolean } | undefined {
  const digits = text.replace(/^ +/, "");
  let [value, length] = [0, 0];
  while (/^\d/.test(digits.slice(length)) && (length === 0 || value * 10 <= most)) {
    value = value * 10 + Number(digits[length]);
    length += 1;
  }
  if (length === 0 || value < least || value > most) return undefined;
  return { value, isWhole: length === digits.length };
}

function timeOf([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: readonly number[], isUtc: boolean) {
  const date = new Date(0);
  if (isUtc) {
    date.setUTCFullYear(year, month - 1, day);
    return date.setUTCHours(hour, minute, second);
  }
  date.setFullYear(year, month - 1, day);
  return date.setHours(hour, minute, second);
}
