import { endianness } from "node:os";
import { addressOfBytes } from "../../domain/address.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";
import { isPresent, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";

export interface TcpTable {
  rows: readonly TcpSocket[];
  /** Whether these are all: there may be more sockets than are read. */
  isWhole: boolean;
}

/** @param folder - /proc/net, or /proc/PID/net for the network namespace of a process. */
export function readTcpTable(files: Files, folder: string): TcpTable {
  const starts = ["tcp", "tcp6"].map((name) => files.start(`${folder}/${name}`, limits.socketTable, longestRow));
  return {
    rows: starts.filter(isPresent).flatMap(({ text }) => parseTcpTable(text)),
    isWhole: starts.every((start) => !isPresent(start) || !start.isCut),
  };
}

/** Of /proc/net/tcp: 149 characters, and room for larger numbers at its end. */
const longestRow = 256;

/**
 * Reads /proc/net/tcp or /proc/net/tcp6, proc_net_tcp.txt in the kernel's documentation. Fields: sl, local, remote, st,
 * tx:rx, tr:when, retrnsmt, uid, timeout, inode. Rows without an inode (TIME_WAIT) belong to no process.
 */
export function parseTcpTable(text: string): TcpSocket[] {
  const sockets: TcpSocket[] = [];
  const addresses = new Map<string, string>();
  for (const fields of text.matchAll(row)) {
    if (fields[7] === "0") continue;
    sockets.push({
      inode: Number(fields[7]),
      uid: Number(fields[6]),
      listening: fields[5] === listenState,
      established: fields[5] === establishedState,
      local: { address: addressOf(fields[1] ?? "", addresses), port: parseInt(fields[2] ?? "", 16) },
      remote: { address: addressOf(fields[3] ?? "", addresses), port: parseInt(fields[4] ?? "", 16) },
    });
  }
  return sockets;
}

/** One expression takes a third of the time that it takes to cut a row to pieces, and there are thousands. */
const row =
  /^ *\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) (\S\S) \S+ \S+ \S+ +(\d{1,10}) +\d+ (\d{1,20}) /gm;

/** TCP_LISTEN, include/net/tcp_states.h. */
const listenState = "0A";
/** TCP_ESTABLISHED */
const establishedState = "01";

const isLittleEndian = endianness() === "LE";

/** @param addresses - those read so far: most ends share a few. */
function addressOf(words: string, addresses: Map<string, string>): string {
  const known = addresses.get(words);
  if (known !== undefined) return known;
  const address = parseAddress(words);
  addresses.set(words, address);
  return address;
}

/** "0100007F": every 32-bit word of the address in the byte order of the machine. */
function parseAddress(words: string): string {
  const bytes = Buffer.from(words, "hex");
  if (isLittleEndian) bytes.swap32();
  return addressOfBytes(bytes);
}
