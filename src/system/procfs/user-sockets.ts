import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import type { Files } from "../../host/files/files.ts";
import { rereadProcess } from "./processes.ts";
import { readSocketsAndPipes } from "./server-details.ts";

/**
 * Reads the sockets of session children that may carry forwarded ports, for whoever reads rows only. A forwarded port is opened with
 * the rights of the user, so that only those need a look whose user has any TCP socket at all; the connection itself is root's.
 *
 * @param monitors - those whose helpers were read without what they hold.
 */
export function readUserSockets(
  files: Files,
  servers: Map<Pid, ServerProcess>,
  monitors: readonly Pid[],
  tables: SocketTables,
): void {
  const pairs = new Set(monitors);
  const owners = new Map([...tables].map(([network, table]) => [network, ownersIn(table)]));
  for (const server of servers.values()) {
    const { pid, ppid, uid, title, network } = server;
    const isServing = pairs.has(ppid) && title.role === "serving";
    if (!isServing || owners.get(network)?.has(uid) !== true) continue;
    const { sockets } = readSocketsAndPipes(files, pid, server.server);
    if (rereadProcess(files, server) !== undefined) servers.set(pid, { ...server, sockets });
  }
}

function ownersIn(table: ReadonlyMap<number, { uid: number }>): ReadonlySet<number> {
  return new Set([...table.values()].map(({ uid }) => uid));
}
