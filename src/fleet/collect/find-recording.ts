/** Login shells may print anything before and after a recording; its first and last rows have a nonce that only we know. */
import { version as recordingForm } from "../../system/recorded/parse-recording.ts";

export type FoundRecording =
  | { kind: "whole"; bytes: Uint8Array<ArrayBuffer> }
  /** It is of another version of the form. */
  | { kind: "other"; form: number }
  /** It has begun, and not ended. */
  | { kind: "cut" }
  | { kind: "none" };

export function findRecording(stdout: Buffer, nonce: string): FoundRecording {
  const begin = beginOf(stdout, nonce);
  if (begin === undefined) return { kind: "none" };
  const { start, form } = begin;
  if (String(form) !== recordingForm) return { kind: "other", form };
  const last = `\nend\t${nonce}\n`;
  const end = stdout.lastIndexOf(last);
  if (end < start) return { kind: "cut" };
  return { kind: "whole", bytes: new Uint8Array(stdout.subarray(start, end + last.length)) };
}

/** Where the first row begins: "recording", the number of a version, and the nonce. */
function beginOf(stdout: Buffer, nonce: string): { start: number; form: number } | undefined {
  const mark = `\t${nonce}\n`;
  for (let at = stdout.indexOf(mark); at >= 0; at = stdout.indexOf(mark, at + 1)) {
    const before = /recording\t(\d{1,4})$/.exec(stdout.toString("latin1", Math.max(0, at - 16), at));
    if (before !== null) return { start: at - before[0].length, form: Number(before[1]) };
  }
  return undefined;
}
