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
  const found: TcpSocket[] = [];
  for (const { inode } of server.sockets ?? []) {
    const socket = table?.get(inode);
    if (socket !== undefined) found.push(socket);
  }
  return found;
}
