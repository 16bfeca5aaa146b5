import { readdir, readFile, readlink } from "node:fs/promises";
import { SocketAddress } from "node:net";
import { join } from "node:path";
import type { Machine } from "./machine.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Both ends of a TCP connection as the client sees them: its `local` end is the server's peer. */
export interface ClientSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

const established = "01";

/** The connection that a process of the machine has open to that port, read from the process's own descriptors. */
export async function clientSocket(machine: Machine, pid: number, port: number): Promise<ClientSocket> {
  const process = join(machine.proc, String(pid));
  const inodes = await socketInodes(join(process, "fd"));
  const tables = await Promise.all(["tcp", "tcp6"].map((table) => readFile(join(process, "net", table), "utf8")));
  for (const row of tables.flatMap((table) => table.trimEnd().split("\n").slice(1))) {
    const [, local = "", remote = "", state, , , , , , inode = ""] = row.trim().split(/\s+/);
    const socket = { local: parseEndpoint(local), remote: parseEndpoint(remote) };
    if (state === established && inodes.has(inode) && socket.remote.port === port) return socket;
  }
  throw new Error(`process ${String(pid)} has no connection to port ${String(port)}`);
}

async function socketInodes(folder: string): Promise<Set<string>> {
  const targets = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => "")));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** `0100007F:0016` is 127.0.0.1 port 22: the kernel prints the address as words of 32 bits in the host's byte order. */
function parseEndpoint(text: string): Endpoint {
  const [words = "", port = ""] = text.split(":");
  const bytes = [...words.matchAll(/.{8}/g)].flatMap(([word]) => Array.from(Buffer.from(word, "hex")).toReversed());
  return { address: formatAddress(bytes), port: Number.parseInt(port, 16) };
}

function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? [];
  // Shortened in the standard way.
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
