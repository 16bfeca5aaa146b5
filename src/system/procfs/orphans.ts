import { isRootsServer } from "../../domain/believed-servers.ts";
import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { gone, isPresent, type Absence, type Files } from "../../host/files/files.ts";
import { withHoldings } from "./server-details.ts";
import { openFileAt, socketOf } from "./open-files.ts";

/**
 * Reads what is held by servers' processes that have outlived the process of root's that started them, such as a session child
 * whose monitor was killed. What tells them from a program that a user calls so is a connection that root has accepted; it has
 * one of the first file descriptors. What it holds belongs to root in /proc, because it has changed its uid (PR_SET_DUMPABLE,
 * prctl(2)): a single look passes over nearly everything else.
 */
export function readOrphans(files: Files, servers: Map<Pid, ServerProcess>, tables: SocketTables): void {
  for (const server of servers.values()) {
    if (server.container || isRootsServer(servers, server)) continue;
    const folder = `/proc/${String(server.pid)}/fd`;
    const facts = files.facts(folder);
    if (isPresent(facts) && facts.uid !== 0) continue;
    // A recording has no owner of that folder, and none of its files where only a name is that of a server.
    if (isPresent(facts) && isEnding(files.names(folder, 1))) servers.delete(server.pid);
    if (!servers.has(server.pid) || !holdsRootsConnection(files, server, tables)) continue;
    const read = withHoldings(files, server);
    if (read === undefined) servers.delete(server.pid);
    else servers.set(server.pid, read);
  }
}

/** A session child closes its files before it is gone; seeing that, its monitor can be gone sooner. */
function isEnding(names: readonly string[] | Absence): boolean {
  return names === gone || (isPresent(names) && names.length === 0);
}

function holdsRootsConnection(files: Files, { pid, network }: ServerProcess, tables: SocketTables): boolean {
  const table = tables.get(network);
  return firstDescriptors.some((fd) => {
    const file = openFileAt(files, pid, fd);
    const socket = table?.get((file && socketOf(file)?.inode) ?? 0);
    return socket?.uid === 0 && !socket.listening;
  });
}

const firstDescriptors = Array.from({ length: 32 }, (_, fd) => fd);
