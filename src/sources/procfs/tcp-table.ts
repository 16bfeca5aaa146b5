import { endianness } from "node:os";
import { addressOfBytes, type Endpoint } from "../../domain/address.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";

/**
 * Reads /proc/net/tcp or /proc/net/tcp6, proc_net_tcp.txt in the kernel's documentation. Fields: sl, local, remote, st,
 * tx:rx, tr:when, retrnsmt, uid, timeout, inode. Rows without an inode (TIME_WAIT) belong to no process.
 */
export function parseTcpTable(text: string): TcpSocket[] {
  const sockets: TcpSocket[] = [];
  const addresses = new Map<string, string>();
  for (const line of text.split("\n").slice(1)) {
    // Behind the number of the row; a simple split for all but the columns that are padded.
    const [local, remote, state, , , , ...padded] = line.slice(line.indexOf(":") + 2).split(" ");
    const [uid, , inode] = padded.filter((field) => field !== "");
    if (local === undefined || remote === undefined || inode === undefined || inode === "0") continue;
    sockets.push({
      inode: Number(inode),
      uid: Number(uid),
      listening: state === listenState,
      local: parseEndpoint(local, addresses),
      remote: parseEndpoint(remote, addresses),
    });
  }
  return sockets;
}

/** TCP_LISTEN, include/net/tcp_states.h. */
const listenState = "0A";

const isLittleEndian = endianness() === "LE";

/** @param addresses - those read so far: most ends share a few. */
function parseEndpoint(text: string, addresses: Map<string, string>): Endpoint {
  const [words = "", port = ""] = text.split(":");
  const address = addresses.get(words) ?? parseAddress(words);
  addresses.set(words, address);
  return { address, port: parseInt(port, 16) };
}

/** "0100007F": every 32-bit word of the address in the byte order of the machine. */
function parseAddress(words: string): string {
  const bytes = Buffer.from(words, "hex");
  if (isLittleEndian) bytes.swap32();
  return addressOfBytes(bytes);
}
