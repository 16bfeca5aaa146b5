import { sameEndpoint, type Endpoint } from "../../domain/address.ts";
import { findConnections } from "../../domain/find-connections.ts";
import { findListeners } from "../../domain/find-listeners.ts";
import { childrenOf } from "../../domain/process.ts";
import type { Listener } from "../../domain/session.ts";
import { ForeseenError } from "../../errors.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import { readSnapshot } from "./snapshot.ts";
import { parseTcpTable } from "./tcp-table.ts";

/** Who accepts SSH connections, for those who ask for nothing else; nobody where /proc does not tell. */
export function readListeners(files: Files): Listener[] {
  try {
    const machine = { files, now: Date.now, hostName: () => "", observer: undefined, pause: () => undefined };
    const snapshot = readSnapshot(machine, "rows");
    return findListeners(snapshot, findConnections(snapshot, childrenOf(snapshot.processes)));
  } catch (error) {
    if (error instanceof ForeseenError) return [];
    throw error;
  }
}

/** The sockets that listen at one of these ends, by their inodes. */
export function readListeningInodes(files: Files, ends: readonly Endpoint[]): number[] {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => orUndefined(files.read(path)) ?? "");
  return tables
    .flatMap(parseTcpTable)
    .filter(({ listening, local }) => listening && ends.some((end) => sameEndpoint(end, local)))
    .map(({ inode }) => inode);
}
