import { timeStamp } from "../../text/time.ts";

/**
 * The id of what one command does: the same in its result, in its records, and in the list of changes. Sorts by time.
 *
 * @param token - by which ids differ that are made at the same moment: four small letters and digits.
 */
export function actId(timeMs: number, token: string): string {
  return `${timeStamp(timeMs)}-${token}`;
}

export function isActId(text: string): boolean {
  return /^\d{8}T\d{9}-[0-9a-z]{4}$/.test(text);
}

/** Whether an id could begin with that. */
export function isPrefixOfId(text: string): boolean {
  return /^\d{1,8}$|^\d{8}T\d{0,9}$|^\d{8}T\d{9}-[0-9a-z]{0,4}$/.test(text);
}
