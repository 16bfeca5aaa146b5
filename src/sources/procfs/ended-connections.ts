import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import type { Files } from "../../os/files.ts";
import { rereadProcess } from "./processes.ts";
import { socketAt } from "./server-details.ts";
import { lacksRows } from "./sockets.ts";

/**
 * Takes out servers whose connection has ended: nothing is told of it any more, and half a row would look like a session.
 *
 * One of whose sockets no table knows any has a connection that is not TCP, or one that has just ended. In the latter case the
 * socket is closed by now, or will be in a moment: one that the client has reset is in no table either (tcp_reset() in Linux'
 * tcp_input.c), and its server, which was woken by that, still has it open. Who holds on for longer stays, because its
 * processes do: something that is not TCP, or a server that is stopped or stuck.
 *
 * @param pause - blocks for so many milliseconds.
 * @param monitors - forks of a listener; one that holds no socket any more has nothing left to serve.
 */
export function dropEnded(
  { files, pause }: { files: Files; pause: (ms: number) => void },
  servers: Map<Pid, ServerProcess>,
  sockets: SocketTables,
  monitors: readonly Pid[],
): void {
  const forks = new Set(monitors);
  const drop = (server: ServerProcess) => {
    servers.delete(server.pid);
    if (!forks.has(server.pid)) return;
    for (const helper of servers.values()) if (helper.ppid === server.pid) servers.delete(helper.pid);
  };
  const all = [...servers.values()];
  for (const server of all) if (forks.has(server.pid) && server.sockets?.length === 0) drop(server);
  let unknown = all.filter((server) => lacksRows(server, sockets));
  for (let waitedMs = 0; unknown.length > 0; waitedMs += stepMs) {
    for (const server of unknown) if (!isHolding(files, server)) drop(server);
    unknown = unknown.filter(({ pid }) => servers.has(pid));
    if (waitedMs >= patienceMs || unknown.length === 0) return;
    pause(stepMs);
  }
}

/** For what a server does at the end of a connection before it closes the socket, PAM's part included. */
const patienceMs = 250;
const stepMs = 5;

function isHolding(files: Files, server: ServerProcess): boolean {
  if (rereadProcess(files, server) === undefined) return false;
  return (server.sockets ?? []).some(({ fd, inode }) => socketAt(files, server.pid, fd)?.inode === inode);
}
