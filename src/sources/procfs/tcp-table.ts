import { endianness } from "node:os";
import { addressOfBytes, type Endpoint } from "../../domain/address.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";

/**
 * Reads /proc/net/tcp or /proc/net/tcp6, proc_net_tcp.txt in the kernel's documentation. Fields: sl, local, remote, st,
 * tx:rx, tr:when, retrnsmt, uid, timeout, inode. Rows without an inode (TIME_WAIT) belong to no process.
 */
export function parseTcpTable(text: string): TcpSocket[] {
  const sockets: TcpSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    // Behind the number of the row; a simple split for all but the columns that are padded.
    const [local, remote, state, , , , ...padded] = line.slice(line.indexOf(":") + 2).split(" ");
    const [uid, , inode] = padded.filter((field) => field !== "");
    if (local === undefined || remote === undefined || inode === undefined || inode === "0") continue;
    sockets.push({
      inode: Number(inode),
      uid: Number(uid),
      listening: state === listenState,
      local: parseEndpoint(local),
      remote: parseEndpoint(remote),
    });
  }
  return sockets;
}

/** TCP_LISTEN, include/net/tcp_states.h. */
const listenState = "0A";

const isLittleEndian = endianness() === "LE";

/** "0100007F:0016": every 32-bit word of the address in the byte order of the machine, the port as a plain number. */
function parseEndpoint(text: string): Endpoint {
  const [words = "", port = ""] = text.split(":");
  const bytes = Buffer.from(words, "hex");
  if (isLittleEndian) bytes.swap32();
  return { address: addressOfBytes(bytes), port: parseInt(port, 16) };
}
