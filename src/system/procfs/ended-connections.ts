import { isRootsServer } from "../../domain/believed-servers.ts";
import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { listeningSockets } from "../../domain/server-sockets.ts";
import type { Files } from "../../host/files/files.ts";
import type { Home } from "./home.ts";
import { rereadProcess } from "./processes.ts";
import { socketAt } from "./server-details.ts";
import { lacksRows } from "./sockets.ts";
import { parseUnixInodes, readUnixTable } from "./unix-table.ts";

/**
 * Takes out servers whose connection has ended: nothing is told of it any more, and half a row would look like a session.
 *
 * One of whose sockets no table knows any has a connection that is not TCP, or one that has just ended. In the latter case the
 * socket is closed by now, or will be in a moment: one that the client has reset is in no table either (tcp_reset() in Linux'
 * tcp_input.c), and its server, which was woken by that, still has it open. Who holds on for longer stays, because its
 * processes do: something that is not TCP, or a server that is stopped or stuck. Nobody waits for what users run. Unix sockets do not count where the connection
 * must be TCP: a server may have some of them until the very end.
 *
 * @param pause - blocks for so many milliseconds.
 * @param monitors - forks of a listener; one that holds no socket any more has nothing left to serve.
 */
export function dropEnded(
  { files, pause, home }: { files: Files; pause: (ms: number) => void; home: Home },
  servers: Map<Pid, ServerProcess>,
  sockets: SocketTables,
  monitors: readonly Pid[],
): void {
  for (const pid of monitors) if (servers.get(pid)?.sockets?.length === 0) dropConnection(servers, pid);
  let unknown = [...servers.values()].filter(
    (server) => lacksRows(server, sockets) && sockets.has(server.network) && isRootsServer(servers, server),
  );
  if (unknown.length === 0) return;
  const forks = new Set(monitors);
  const accepted = new Set(unknown.filter((server) => isAccepted(server, servers, sockets)));
  const unix = parseUnixInodes(readUnixTable(files, home));
  const isElsewhere = (server: ServerProcess, inode: number) => accepted.has(server) && unix.has(inode);
  for (let waitedMs = 0; unknown.length > 0; waitedMs += stepMs) {
    for (const server of unknown) {
      if (isHolding(files, server, isElsewhere)) continue;
      if (forks.has(server.pid) || accepted.has(server)) dropConnection(servers, server.pid);
      else servers.delete(server.pid);
    }
    unknown = unknown.filter(({ pid }) => servers.has(pid));
    if (waitedMs >= patienceMs || unknown.length === 0) return;
    pause(stepMs);
  }
}

/** For what a server does at the end of a connection before it closes the socket, PAM's part included. */
const patienceMs = 250;
const stepMs = 5;

/** With its helpers. The children of a listener are connections of their own. */
function dropConnection(servers: Map<Pid, ServerProcess>, pid: Pid): void {
  servers.delete(pid);
  for (const helper of servers.values()) if (helper.ppid === pid) servers.delete(helper.pid);
}

/** A listener on TCP has accepted its connection, so that is TCP, too. */
function isAccepted({ ppid }: ServerProcess, servers: ReadonlyMap<Pid, ServerProcess>, sockets: SocketTables): boolean {
  const parent = servers.get(ppid);
  return parent?.sockets !== undefined && listeningSockets(sockets, parent).length > 0;
}

/** @param isElsewhere - whether a socket of a server certainly is not its connection. */
function isHolding(
  files: Files,
  server: ServerProcess,
  isElsewhere: (server: ServerProcess, inode: number) => boolean,
): boolean {
  if (rereadProcess(files, server) === undefined) return false;
  return (server.sockets ?? []).some(
    ({ fd, inode }) => !isElsewhere(server, inode) && socketAt(files, server.pid, fd)?.inode === inode,
  );
}
