import type { FileFacts } from "../../host/files/files.ts";
import { quoted } from "../../text/quoted.ts";

/** Of numbers in a recording. */
export const largest = {
  /** 9999-12-31, the last day that ISO 8601 writes with four digits. */
  seconds: 253_402_300_799,
  pid: 2 ** 31 - 1,
  uid: 2 ** 32 - 1,
  device: 2 ** 32 - 1,
} as const;

/** @throws Error that names the row. */
export function parseNumber(row: string, text: string, most: number): number {
  if (!/^\d{1,20}(?:\.\d{1,20})?$/.test(text)) throw new Error(`"${row}" needs numbers, not ${quoted(text)}`);
  const number = Number(text);
  if (number > most) throw new Error(`"${row}" needs numbers up to ${String(most)}, not ${text}`);
  return number;
}

export function parseFacts([uid = "", atime = "", mtime = ""]: readonly string[]): FileFacts {
  return {
    uid: parseNumber("times", uid, largest.uid),
    atimeMs: parseNumber("times", atime, largest.seconds) * 1000,
    mtimeMs: parseNumber("times", mtime, largest.seconds) * 1000,
  };
}

/** The number of the device is in two parts and hexadecimal, as stat(1) prints it: `%t:%T`. */
export function parseDevice([dev = "", number = ""]: readonly string[]): Required<Pick<FileFacts, "dev" | "rdev">> {
  const [, major, minor] = /^([0-9a-f]{1,3}):([0-9a-f]{1,5})$/.exec(number) ?? [];
  if (major === undefined || minor === undefined)
    throw new Error(`"device" needs two hexadecimal numbers, not ${quoted(number)}`);
  return {
    dev: parseNumber("device", dev, largest.device),
    rdev: deviceNumber(parseInt(major, 16), parseInt(minor, 16)),
  };
}

/** makedev(3): the kernel hands out twelve bits and twenty. */
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) + major * 2 ** 8 + (minor >> 8) * 2 ** 20;
}
