import type { ServerProcess, SocketTables, TcpSocket } from "./snapshot.ts";

/** The sockets on which the process accepts connections. */
export function listeningSockets(tables: SocketTables, server: ServerProcess): TcpSocket[] {
  return tcpSockets(tables, server).filter(({ listening }) => listening);
}

/** Its connected sockets, in the order of their file descriptors. */
export function connectionSockets(tables: SocketTables, server: ServerProcess): TcpSocket[] {
  return tcpSockets(tables, server).filter(({ listening }) => !listening);
}

function tcpSockets(tables: SocketTables, server: ServerProcess): TcpSocket[] {
  const table = tables.get(server.network);
  return (server.sockets ?? []).flatMap(({ inode }) => table?.get(inode) ?? []);
}
