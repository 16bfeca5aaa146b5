/** Finds one key in a file of which the inventory has read the beginning only. */
import { errorCode } from "../../../host/files/error-code.ts";
import type { OpenUserFile } from "../../../host/files/user-files.ts";
import type { UnreadFile } from "./inventory.ts";
import type { UnreadReason } from "./faults.ts";
import { parseLine, type AuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import type { LineRules } from "../../../system/authorized-keys/line-rules.ts";
import { LineScanner, type ScannedLine } from "../../../system/authorized-keys/line-scanner.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";

/** The key that is looked for. */
export interface Wanted {
  isMeant: (key: PublicKey) => boolean;
  /** In base64; undefined while nothing but a fingerprint is known. */
  encoded: string | undefined;
}

export interface Sought {
  places: { line: number; parsed: AuthorizedKey }[];
  /** Why it may stand there all the same. */
  rest: UnreadReason | undefined;
}

/** What is read of a file at most: sshd itself has no limit. */
const [mostMebibytes, mostSeconds] = [256, 30];

/** A longer line holds a key only behind a megabyte of options or white space. */
const longestLine = 1024 * 1024;

/** Where the chunks begin. */
type Beginning = Pick<UnreadFile, "fromLine" | "fromByte">;

const fileStart: Beginning = { fromLine: 1, fromByte: 0 };

/** @param now - in milliseconds. */
export async function seekKey(
  { chunks }: OpenUserFile & { kind: "open" },
  wanted: Wanted,
  rules: LineRules,
  now: () => number,
  { fromLine, fromByte }: Beginning = fileStart,
): Promise<Sought> {
  const sought: Sought = { places: [], rest: undefined };
  const scanner = new LineScanner(longestLine, mayHold(wanted), (line) => {
    takeLine({ ...line, number: line.number + fromLine - 1 }, sought, wanted, rules);
  });
  const untilMs = now() + mostSeconds * 1000;
  let left = mostMebibytes * 1024 * 1024 - fromByte;
  try {
    for await (const chunk of chunks) {
      scanner.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left < 0) return { ...sought, rest: { kind: "larger-than", mebibytes: mostMebibytes } };
      if (now() > untilMs) return { ...sought, rest: { kind: "late", seconds: mostSeconds } };
    }
  } catch (error) {
    if (errorCode(error) === "") throw error;
    return { ...sought, rest: { kind: "unreadable", problem: `it cannot be read: ${errorCode(error)}` } };
  }
  scanner.end();
  return sought;
}

/** Every key begins with the length of its type. */
const usualBeginning = "AAAA";

/** Other white space than between words may divide a key in base64. */
function mayHold({ encoded = usualBeginning }: Wanted): (lines: Buffer) => boolean {
  return (lines) => lines.includes(encoded, 0, "latin1") || ["\v", "\f", "\r"].some((odd) => lines.includes(odd));
}

function takeLine({ number, bytes, isCut }: ScannedLine, sought: Sought, wanted: Wanted, rules: LineRules): void {
  const parsed = parseLine(bytes.toString("utf8"), rules);
  const isKey = parsed !== undefined && "key" in parsed;
  if (isKey && wanted.isMeant(parsed.key)) sought.places.push({ line: number, parsed });
  // In a comment, and behind a key, nothing that follows can matter.
  const isOpenEnded = isCut && !isKey && (parsed !== undefined || isBlank(bytes));
  if (isOpenEnded) sought.rest = { kind: "long-line", line: number };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}
