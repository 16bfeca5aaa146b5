import { formatEndpoint, type Endpoint } from "../../domain/address.ts";
import type { Traffic } from "../../domain/session-details.ts";
import type { Programs } from "../../host/programs/run.ts";

/** Asks ss(8) what the kernel counts of one connection; undefined without ss, or when the connection is gone. */
export async function readTraffic(programs: Programs, local: Endpoint, peer: Endpoint): Promise<Traffic | undefined> {
  // An IPv4 connection of a dual-stack socket is known under its mapped address.
  const queries = [
    [formatEndpoint(local), formatEndpoint(peer)],
    [mapped(local), mapped(peer)],
  ];
  for (const [src = "", dst = ""] of queries) {
    const output = await programs.run(
      "ss",
      ["-H", "-t", "-i", "-n", "state", "connected", "src", src, "and", "dst", dst],
      5000,
    );
    const traffic = output === undefined ? undefined : parseTraffic(output.stdout);
    if (traffic !== undefined) return traffic;
  }
  return undefined;
}

function mapped({ address, port }: Endpoint): string {
  return address.includes(":") ? formatEndpoint({ address, port }) : `[::ffff:${address}]:${String(port)}`;
}

/** Two lines: "State Recv-Q Send-Q Local Peer", and behind a tab "… rtt:0.05/0.02 … bytes_sent:3 … retrans:0/2 …". */
export function parseTraffic(text: string): Traffic | undefined {
  const [first = "", ...others] = text.split("\n");
  const sendQueue = /^\S+ +\d+ +(\d+) /.exec(first)?.[1];
  if (sendQueue === undefined) return undefined;
  const facts = others.join(" ");
  const number = (pattern: RegExp) => {
    const value = pattern.exec(facts)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return {
    sendQueue: Number(sendQueue),
    bytesSent: number(/ bytes_sent:(\d+)/),
    bytesReceived: number(/ bytes_received:(\d+)/),
    roundTripMs: number(/ rtt:([\d.]+)/),
    retransmits: number(/ retrans:\d+\/(\d+)/) ?? 0,
  };
}
