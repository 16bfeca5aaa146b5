import type { Pid } from "./process.ts";
import type { ServerProcess } from "./snapshot.ts";

/**
 * Whether root runs a server's process, or has started it: its own, or a process of a server's that did. Everybody can start a
 * program that is called like a server, and fill it with whatever takes long to read.
 */
export function isRootsServer(servers: ReadonlyMap<Pid, ServerProcess>, server: ServerProcess): boolean {
  const seen = new Set<Pid>();
  for (let each: ServerProcess | undefined = server; each !== undefined; each = servers.get(each.ppid)) {
    if (each.uid === 0) return true;
    if (seen.has(each.pid)) return false;
    seen.add(each.pid);
  }
  return false;
}
