/** How the kernel writes facts down in /proc: the opposite of what the sources read. */
import { endianness } from "node:os";
import type { Endpoint } from "../../src/domain/address.ts";

export interface StatFields {
  pid: number;
  comm: string;
  state?: string;
  ppid: number;
  pgid: number;
  sid: number;
  tty?: string | undefined;
  foregroundGroup?: number;
  startTicks: number;
}

/** /proc/PID/stat, proc(5). */
export function statText({
  pid,
  comm,
  state = "S",
  ppid,
  pgid,
  sid,
  tty,
  foregroundGroup = -1,
  startTicks,
}: StatFields): string {
  const before = [state, ppid, pgid, sid, deviceOf(tty), foregroundGroup];
  const between = [4_194_560, 1543, 2, 0, 0, 3, 1, 0, 0, 20, 0, 1, 0];
  return `${String(pid)} (${comm}) ${[...before, ...between, startTicks, 15_392_768, 2048].join(" ")}\n`;
}

/** The device number of pts/N: major 136, minor N in the bits 31-20 and 7-0. */
export function deviceOf(tty: string | undefined): number {
  if (tty === undefined) return 0;
  const [kind, number] = [tty.replace(/\d+$/, ""), Number(/\d+$/.exec(tty)?.[0])];
  const major = kind === "pts/" ? 136 : 4;
  return (major << 8) | (number & 0xff) | ((number & ~0xff) << 12);
}

export interface TcpRow {
  local: Endpoint;
  remote?: Endpoint;
  listening?: boolean;
  uid?: number;
  inode: number;
  /** Where it is neither a listener nor established: "02" is SYN_SENT. */
  state?: string;
}

const anywhere = { v4: { address: "0.0.0.0", port: 0 }, v6: { address: "::", port: 0 } };

const tcpHeader = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

/** /proc/net/tcp or tcp6. */
export function tcpText(rows: readonly TcpRow[]): string {
  return [tcpHeader, ...rows.map(tcpRow)].map((line) => `${line}\n`).join("");
}

function tcpRow({ local, remote, listening = false, uid = 0, inode, state: given }: TcpRow, index: number): string {
  const far = remote ?? (local.address.includes(":") ? anywhere.v6 : anywhere.v4);
  const state = given ?? (listening ? "0A" : inode === 0 ? "06" : "01");
  const ends = `${endpointText(local)} ${endpointText(far)} ${state}`;
  return `${String(index).padStart(4)}: ${ends} 00000000:00000000 02:000A7D3C 00000000 ${String(uid).padStart(5)}        0 ${String(inode)} 2 ffff8881 20 4 31 10 -1`;
}

/** "0100007F:0016", the form of /proc/net/tcp. */
export function endpointText({ address, port }: Endpoint): string {
  const bytes = bytesOf(address);
  if (endianness() === "LE") bytes.swap32();
  return `${bytes.toString("hex").toUpperCase()}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

function bytesOf(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...quad: string[]) =>
    [quad.slice(0, 2), quad.slice(2, 4)].map((pair) => Buffer.from(pair.map(Number)).toString("hex")).join(":"),
  );
  const [head = [], tail = []] = plain.split("::").map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** "10.0.0.7:5000", "[::1]:22". */
export function endpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(":");
  return { address: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}
