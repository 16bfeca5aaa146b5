import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables, TcpSocket } from "../../domain/snapshot.ts";
import { limits } from "../../host/files/limits.ts";
import type { Files } from "../../host/files/files.ts";
import { isHere, type Home } from "./home.ts";
import type { Memory } from "./memory.ts";
import { readTcpTable } from "./tcp-table.ts";

export interface ReadSockets {
  sockets: SocketTables;
  /** Whether one of this machine's tables was too long. */
  areCut: boolean;
}

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
): ReadSockets {
  const known = memory?.sockets;
  const areKnown =
    known?.has(home.network) === true &&
    monitors.every((pid) => servers.get(pid)?.sockets?.length !== 0) &&
    [...servers.values()].every(
      (server) => server.sockets !== undefined && known.has(server.network) && !lacksRows(server, known),
    );
  if (areKnown) return { sockets: known, areCut: false };
  const read = readTables(files, servers, home);
  if (!read.areCut) memory?.keepSockets(read.sockets);
  return read;
}

function readTables(files: Files, servers: ReadonlyMap<Pid, ServerProcess>, home: Home): ReadSockets {
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
  const sockets = new Map<string, ReadonlyMap<number, TcpSocket>>();
  let areCut = false;
  const holdersIn = new Map<string, ServerProcess[]>();
  for (const server of servers.values()) {
    const others = holdersIn.get(server.network);
    if (others === undefined) holdersIn.set(server.network, [server]);
    else others.push(server);
  }
  for (const [network, folder] of folders) {
    const holders = holdersIn.get(network) ?? [];
    const { table, isWhole } = readSocketTable(files, folder, holders);
    sockets.set(network, table);
    areCut ||= !isWhole && isHere(home, network);
  }
  return { sockets, areCut };
}

/**
 * The kernel writes these tables bucket by bucket: a row can be missed while its neighbours come and go. When a server
 * that holds sockets has no row, a second reading is added.
 */
function readSocketTable(
  files: Files,
  folder: string,
  holders: readonly ServerProcess[],
): { table: Map<number, TcpSocket>; isWhole: boolean } {
  const { rows, isWhole } = readTcpTable(files, folder);
  const table = new Map(rows.map((socket) => [socket.inode, socket]));
  if (holders.some((holder) => lacksRowsIn(holder, table)))
    for (const socket of readTcpTable(files, folder).rows) table.set(socket.inode, socket);
  return { table, isWhole };
}

/**
 * The same tables with the rows that they have missed of monitors, whose sockets are known only after the tables are.
 *
 * @param monitors - whose connections must have a row, unless they have ended.
 */
export function withMissedRows(
  files: Files,
  servers: ReadonlyMap<Pid, ServerProcess>,
  home: Home,
  monitors: readonly Pid[],
  tables: SocketTables,
): SocketTables {
  const lacking = monitors.flatMap((pid) => servers.get(pid) ?? []).filter((monitor) => lacksRows(monitor, tables));
  const read = new Map(tables);
  for (const { pid, network } of new Map(lacking.map((monitor) => [monitor.network, monitor])).values()) {
    const folder = network === home.network ? home.networkFolder : `/proc/${String(pid)}/net`;
    const rows = readTcpTable(files, folder).rows.map((socket) => [socket.inode, socket] as const);
    read.set(network, new Map([...(tables.get(network) ?? []), ...rows]));
  }
  return read;
}

/** Whether the process holds sockets, of which no table knows any. */
export function lacksRows(server: ServerProcess, tables: SocketTables): boolean {
  return lacksRowsIn(server, tables.get(server.network) ?? new Map<number, TcpSocket>());
}

function lacksRowsIn({ sockets = [] }: ServerProcess, table: ReadonlyMap<number, TcpSocket>): boolean {
  return sockets.length > 0 && !sockets.some(({ inode }) => table.has(inode));
}
