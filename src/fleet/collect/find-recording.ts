/** Login shells may print whatever they like before and after a recording; its first and last row have a nonce that only we know. */

export type FoundRecording =
  | { kind: "whole"; bytes: Uint8Array<ArrayBuffer> }
  /** It has begun, and not ended. */
  | { kind: "cut" }
  | { kind: "none" };

export function findRecording(stdout: Buffer, nonce: string): FoundRecording {
  const start = startOf(stdout, nonce);
  if (start === undefined) return { kind: "none" };
  const last = `\nend\t${nonce}\n`;
  const end = stdout.lastIndexOf(last);
  if (end < start) return { kind: "cut" };
  return { kind: "whole", bytes: new Uint8Array(stdout.subarray(start, end + last.length)) };
}

/** Where the first row begins: "recording", the number of a version, and the nonce. */
function startOf(stdout: Buffer, nonce: string): number | undefined {
  const mark = `\t${nonce}\n`;
  for (let at = stdout.indexOf(mark); at >= 0; at = stdout.indexOf(mark, at + 1)) {
    const before = /recording\t\d{1,4}$/.exec(stdout.toString("latin1", Math.max(0, at - 16), at));
    if (before !== null) return at - before[0].length;
  }
  return undefined;
}
