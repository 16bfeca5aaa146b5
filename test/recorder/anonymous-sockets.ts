import type { Endpoint } from "../../src/domain/address.ts";
import type { TcpSocket } from "../../src/domain/snapshot.ts";
import { endpointText } from "../helpers/proc-text.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** /proc/net/tcp and tcp6, with other addresses in the same places. */
export function anonymousTcpTable(
  text: string,
  parse: (table: string) => readonly TcpSocket[],
  { address }: Pseudonyms,
): string {
  const [header = "", ...rows] = text.split("\n");
  const changed = rows.map((row) => {
    // Of a row without an inode nothing is read: it may go.
    const [socket] = parse(`${header}\n${row}`);
    if (socket === undefined) return "";
    return row.replace(/[0-9A-F]{8,32}:[0-9A-F]{4} [0-9A-F]{8,32}:[0-9A-F]{4}/, (ends) => {
      const isV6 = ends.length > 32;
      return [socket.local, socket.remote].map((end) => hex({ ...end, address: address(end.address) }, isV6)).join(" ");
    });
  });
  return [header, ...changed.filter((row) => row !== "")].map((row) => `${row}\n`).join("");
}

/** Among IPv6 sockets an IPv4 address stands in its mapped form; "any" is the same in both. */
function hex({ address, port }: Endpoint, isV6: boolean): string {
  return endpointText({ address: isV6 && !address.includes(":") ? `::ffff:${address}` : address, port });
}

/** The output of ss(8): other addresses, no names of processes that have nothing to do with SSH, no cgroups. */
export function anonymousSocketList(text: string, named: ReadonlySet<number>, { address }: Pseudonyms): string {
  return text
    .replace(/(\[[0-9a-f:.]+\]|\b\d+\.\d+\.\d+\.\d+)((?:%\S+?)?:[\d*]+)/g, (_, ip: string, rest: string) =>
      ip.startsWith("[") ? `[${mappedLike(ip.slice(1, -1), address)}]${rest}` : address(ip) + rest,
    )
    .replace(/\("[^)]*?",pid=(\d+),/g, (holder, pid: string) =>
      named.has(Number(pid)) ? holder : `("process",pid=${pid},`,
    )
    .replace(/ cgroup:\S*/g, "");
}

function mappedLike(text: string, address: Pseudonyms["address"]): string {
  const pseudonym = address(text);
  return pseudonym.includes(":") ? pseudonym : `::ffff:${pseudonym}`;
}
