import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables, TcpSocket } from "../../domain/snapshot.ts";
import { limits } from "../../host/files/limits.ts";
import type { Files } from "../../host/files/files.ts";
import type { Home } from "./home.ts";
import type { Memory } from "./memory.ts";
import { readTcpTable } from "./tcp-table.ts";

/**
 * One table for every network namespace in which a server lives, and the observer's. Users can make as many as they like (user
 * namespaces), and each table costs the kernel a walk over all connections of the machine: of those in which root runs no server,
 * only the first few are read.
 *
 * @param memory - of earlier readings: its tables are good as long as they know every connection.
 * @param monitors - servers of which the sockets are looked up with the help of the tables, unless they are known.
 */
export function readSockets(
  files: Files,
  servers: ReadonlyMap<Pid, ServerProcess>,
  home: Home,
  memory: Memory | undefined,
  monitors: readonly Pid[],
): SocketTables {
  const known = memory?.sockets;
  const areKnown =
    known?.has(home.network) === true &&
    monitors.every((pid) => servers.get(pid)?.sockets?.length !== 0) &&
    [...servers.values()].every(
      (server) => server.sockets !== undefined && known.has(server.network) && !lacksRows(server, known),
    );
  if (areKnown) return known;
  const sockets = readTables(files, servers, home);
  memory?.keepSockets(sockets);
  return sockets;
}

function readTables(files: Files, servers: ReadonlyMap<Pid, ServerProcess>, home: Home): SocketTables {
  const folders = new Map([
    [home.network, home.networkFolder],
    [home.ownNetwork, "/proc/net"],
  ]);
  const containers = [...servers.values()].toSorted((a, b) => Number(a.uid !== 0) - Number(b.uid !== 0));
  let left: number = limits.usersNetworks;
  for (const { network, pid, uid } of containers) {
    if (folders.has(network) || (uid !== 0 && left === 0)) continue;
    folders.set(network, `/proc/${String(pid)}/net`);
    if (uid !== 0) left -= 1;
  }
  return new Map(
    [...folders].map(([network, folder]) => {
      const holders = [...servers.values()].filter((server) => server.network === network);
      return [network, readSocketTable(files, folder, holders)];
    }),
  );
}

/**
 * The kernel writes these tables bucket by bucket: a row can be missed while its neighbours come and go. When a server
 * that holds sockets has no row, a second reading is added.
 */
function readSocketTable(files: Files, folder: string, holders: readonly ServerProcess[]): Map<number, TcpSocket> {
  const read = () => readTcpTable(files, folder).rows.map((socket) => [socket.inode, socket] as const);
  const table = new Map(read());
  return holders.some((holder) => lacksRowsIn(holder, table)) ? new Map([...table, ...read()]) : table;
}

/** Whether the process holds sockets, of which no table knows any. */
export function lacksRows(server: ServerProcess, tables: SocketTables): boolean {
  return lacksRowsIn(server, tables.get(server.network) ?? new Map<number, TcpSocket>());
}

function lacksRowsIn({ sockets = [] }: ServerProcess, table: ReadonlyMap<number, TcpSocket>): boolean {
  return sockets.length > 0 && !sockets.some(({ inode }) => table.has(inode));
}
