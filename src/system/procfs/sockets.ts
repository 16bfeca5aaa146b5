import type { Pid } from "../../domain/process.ts";
import type { ServerProcess, SocketTables, TcpSocket } from "../../domain/snapshot.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import type { Memory } from "./memory.ts";
import { parseTcpTable } from "./tcp-table.ts";

/**
 * One table for every network namespace in which a server lives, and the observer's.
 *
 * @param memory - of earlier readings: its tables are good as long as they know every connection.
 * @param monitors - servers of which the sockets are looked up with the help of the tables, unless they are known.
 */
export function readSockets(
  files: Files,
  servers: ReadonlyMap<Pid, ServerProcess>,
  home: string,
  memory: Memory | undefined,
  monitors: readonly Pid[],
): SocketTables {
  const known = memory?.sockets;
  const areKnown =
    known?.has(home) === true &&
    monitors.every((pid) => servers.get(pid)?.sockets?.length !== 0) &&
    [...servers.values()].every((server) => server.sockets !== undefined && !lacksRows(server, known));
  if (areKnown) return known;
  const sockets = readTables(files, servers, home);
  memory?.keepSockets(sockets);
  return sockets;
}

function readTables(files: Files, servers: ReadonlyMap<Pid, ServerProcess>, home: string): SocketTables {
  const networks = new Map<string, { folder: string; holders: ServerProcess[] }>([
    [home, { folder: "/proc/net", holders: [] }],
  ]);
  for (const server of servers.values()) {
    const known = networks.get(server.network);
    if (known === undefined)
      networks.set(server.network, { folder: `/proc/${String(server.pid)}/net`, holders: [server] });
    else known.holders.push(server);
  }
  return new Map(
    [...networks].map(([network, { folder, holders }]) => [network, readSocketTable(files, folder, holders)]),
  );
}

/**
 * The kernel writes these tables bucket by bucket: a row can be missed while its neighbours come and go. When a server
 * that holds sockets has no row, a second reading is added.
 */
function readSocketTable(files: Files, folder: string, holders: readonly ServerProcess[]): Map<number, TcpSocket> {
  const read = () =>
    ["tcp", "tcp6"]
      .map((name) => orUndefined(files.read(`${folder}/${name}`, longestRow)) ?? "")
      .flatMap(parseTcpTable)
      .map((socket) => [socket.inode, socket] as const);
  const table = new Map(read());
  return holders.some((holder) => lacksRowsIn(holder, table)) ? new Map([...table, ...read()]) : table;
}

/** Of /proc/net/tcp: 149 characters, and room for larger numbers at its end. */
const longestRow = 256;

/** Whether the process holds sockets, of which no table knows any. */
export function lacksRows(server: ServerProcess, tables: SocketTables): boolean {
  return lacksRowsIn(server, tables.get(server.network) ?? new Map<number, TcpSocket>());
}

function lacksRowsIn({ sockets = [] }: ServerProcess, table: ReadonlyMap<number, TcpSocket>): boolean {
  return sockets.length > 0 && !sockets.some(({ inode }) => table.has(inode));
}
