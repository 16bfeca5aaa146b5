import type { Programs } from "../../host/programs/run.ts";

/** What the process at this end has taken from a connection, and given to it, in bytes. */
export interface TcpBytes {
  taken: number;
  given: number;
}

/** Forty megabytes of what the kernel tells take it a second. */
const limitMs = 10_000;
/** A question with more of them would be a long one; a machine has one or two. */
const mostPorts = 64;

/**
 * Asks ss(8) for all connections of these ports of this machine.
 *
 * @returns by the inode of the socket; undefined where there is no such program, or none that understands the question (before
 * iproute2 5.0).
 */
export async function readTcpBytes(
  programs: Programs,
  ports: readonly number[],
): Promise<ReadonlyMap<number, TcpBytes> | undefined> {
  if (ports.length === 0 || ports.length > mostPorts) return new Map();
  const filter = ["(", ports.map((port) => `sport = :${String(port)}`).join(" or "), ")"].join(" ");
  const output = await programs.run(
    "ss",
    ["-H", "-t", "-i", "-n", "-e", "-O", "state", "established", filter],
    limitMs,
  );
  return output?.exitCode === 0 ? parseTcpBytes(output.stdout) : undefined;
}

/**
 * Lines of "RECV-Q SEND-Q LOCAL PEER … ino:N … bytes_acked:N bytes_received:N …" (iproute2, misc/ss.c); what is 0 is left out. What waits
 * to be read has arrived and is not taken yet, and what waits for an answer is given and not acknowledged: neither retransmissions
 * nor the moment change the sums.
 */
export function parseTcpBytes(text: string): ReadonlyMap<number, TcpBytes> {
  const found = new Map<number, TcpBytes>();
  for (const line of text.split("\n")) {
    const [, waiting, sending] = /^(\d{1,15}) +(\d{1,15}) /.exec(line) ?? [];
    const inode = Number(/ ino:(\d{1,15})/.exec(line)?.[1]);
    if (waiting === undefined || !(inode > 0)) continue;
    const number = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
    found.set(inode, {
      taken: number(/ bytes_received:(\d{1,15})/) - Number(waiting),
      given: number(/ bytes_acked:(\d{1,15})/) + Number(sending),
    });
  }
  return found;
}
