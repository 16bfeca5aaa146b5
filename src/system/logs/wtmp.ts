/** wtmp(5): logins on terminals, one record after the other. sshd writes one for each terminal, and none without a terminal. */
import { addressOfBytes, canonicalAddress } from "../../domain/address.ts";
import { parseTty } from "../../domain/tty.ts";
import type { BookEntry } from "./login-book.ts";

/**
 * Where the fields of struct utmp are, in bytes. Machines that once ran 32-bit programs keep session and time in 32 bits;
 * the others (__WORDSIZE_TIME64_COMPAT32 is 0 in glibc's bits/wordsize.h) have them in 64.
 */
interface RecordLayout {
  record: number;
  seconds: number;
  isLong: boolean;
  address: number;
}

const short: RecordLayout = { record: 384, seconds: 340, isLong: false, address: 348 };
const long: RecordLayout = { record: 400, seconds: 344, isLong: true, address: 360 };

/** Which of them a file has: it is a whole number of records, each of a known kind. */
function layoutOf(bytes: Buffer): RecordLayout {
  const fits = ({ record }: RecordLayout) =>
    bytes.length % record === 0 && (bytes.length < 2 * record || isKind(bytes.readInt16LE(record)));
  return !fits(short) && fits(long) ? long : short;
}

function isKind(kind: number): boolean {
  return kind > 0 && kind < 10;
}

/** BOOT_TIME, USER_PROCESS and DEAD_PROCESS, utmp(5). */
const kinds = { boot: 2, login: 7, logout: 8 };

/** @param source - its path. A record that is cut off at the end is left out. */
export function parseWtmp(bytes: Buffer, source: string): BookEntry[] {
  const layout = layoutOf(bytes);
  const entries: BookEntry[] = [];
  /** By the terminal. */
  const open = new Map<string, BookEntry>();
  for (let start = 0; start + layout.record <= bytes.length; start += layout.record) {
    const record = bytes.subarray(start, start + layout.record);
    const [kind, line, timeMs] = [record.readInt16LE(0), textAt(record, 8, 32), timeOf(record, layout)];
    if (kind === kinds.boot) {
      for (const entry of open.values()) entry.overByMs = timeMs;
      open.clear();
    } else if (kind === kinds.login || kind === kinds.logout) {
      const before = open.get(line);
      open.delete(line);
      if (before !== undefined && kind === kinds.logout) before.logoutMs = timeMs;
      // Since Debian 13 no logout is written: the next login on a terminal tells that the one before is over.
      else if (before !== undefined) before.overByMs = timeMs;
      const entry = kind === kinds.login ? entryOf(record, line, timeMs, source, layout) : undefined;
      if (entry === undefined) continue;
      entries.push(entry);
      open.set(line, entry);
    }
  }
  return entries;
}

/** Logins that came over the network: other programs write none with an address. */
function entryOf(
  record: Buffer,
  line: string,
  timeMs: number,
  source: string,
  layout: RecordLayout,
): BookEntry | undefined {
  const tty = parseTty(line);
  const address = addressIn(record, layout);
  if (tty === undefined || address === undefined) return undefined;
  return {
    source,
    // Programs that write there for users (libutempter) take what users say.
    isVerified: false,
    pid: record.readInt32LE(4),
    user: textAt(record, 44, 32),
    uid: undefined,
    address,
    tty,
    logindSession: undefined,
    loginMs: timeMs,
    logoutMs: undefined,
    overByMs: undefined,
  };
}

/** ut_addr_v6: IPv4 in the first four bytes of sixteen. */
function addressIn(record: Buffer, { address: start }: RecordLayout): string | undefined {
  const bytes = record.subarray(start, start + 16);
  if (bytes.every((byte) => byte === 0)) return undefined;
  const isIpv4 = bytes.subarray(4).every((byte) => byte === 0);
  return canonicalAddress(isIpv4 ? bytes.subarray(0, 4).join(".") : addressOfBytes(bytes));
}

function timeOf(record: Buffer, { seconds, isLong }: RecordLayout): number {
  const [sec, usec] = isLong
    ? [Number(record.readBigInt64LE(seconds)), Number(record.readBigInt64LE(seconds + 8))]
    : [record.readUInt32LE(seconds), record.readUInt32LE(seconds + 4)];
  return sec * 1000 + Math.floor(usec / 1000);
}

function textAt(record: Buffer, start: number, length: number): string {
  return record.toString("utf8", start, start + length).replace(/\0.*$/s, "");
}
