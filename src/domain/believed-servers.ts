import type { Pid } from "./process.ts";
import type { ServerProcess } from "./snapshot.ts";

/**
 * Whether root runs a server's process, or has started it: its own, or a process of a server's that did. Everybody can start a
 * program that is called like a server, and fill it with whatever takes long to read.
 */
export function isRootsServer(servers: ReadonlyMap<Pid, ServerProcess>, server: ServerProcess): boolean {
  let each: ServerProcess | undefined = server;
  for (let steps = 0; each !== undefined && steps < mostGenerations; steps += 1) {
    if (each.uid === 0) return true;
    each = servers.get(each.ppid);
  }
  return false;
}

/** A worker of internal-sftp, its session child and the monitor are three; a user can make a chain of any length. */
const mostGenerations = 8;
