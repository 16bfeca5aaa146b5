import { formatEndpoint, type Endpoint } from "./address.ts";
import { findConnections } from "./find-connections.ts";
import { findListeners } from "./find-listeners.ts";
import { firstFew } from "./first-few.ts";
import { childrenOf, type Pid } from "./process.ts";
import type { Warning } from "./session.ts";
import type { ServerProcess, Snapshot, TcpSocket } from "./snapshot.ts";
import { plural } from "../text/words.ts";

/** A connection to a port on which an SSH server listens, that belongs to no session. */
export interface UnexplainedConnection {
  socket: TcpSocket;
  /** Who holds it, where that was found. */
  holder: Pid | undefined;
}

/**
 * Connections that were accepted on a port of SSH and that no row tells of: those of a server that is not recognised, or of a
 * process that was handed one. Nothing can be said where what servers hold is hidden.
 */
export function findUnexplained(snapshot: Snapshot): TcpSocket[] {
  const roles = findConnections(snapshot, childrenOf(snapshot.processes));
  const known = roles.connections.flatMap(({ process, child }) => [process, ...(child === undefined ? [] : [child])]);
  if ([...roles.listeners, ...known].some(({ sockets }) => sockets === undefined)) return [];
  const ends = findListeners(snapshot, roles).flatMap(({ addresses }) => addresses);
  const held = new Set(withHelpers(snapshot, known).flatMap(({ sockets = [] }) => sockets.map(({ inode }) => inode)));
  return [...(snapshot.sockets.get(snapshot.network)?.values() ?? [])].filter(
    (socket) => !socket.listening && !held.has(socket.inode) && isAccepted(socket, ends),
  );
}

/**
 * Whether root has accepted it where an SSH server listens. The same port at another address is another server's, and a socket that
 * a user has made bears that one's uid.
 */
function isAccepted({ uid, local }: TcpSocket, ends: readonly Endpoint[]): boolean {
  return (
    uid === 0 && ends.some(({ address, port }) => port === local.port && (isAny(address) || address === local.address))
  );
}

function isAny(address: string): boolean {
  return address === "::" || address === "0.0.0.0";
}

/** Before the login, a connection may be open in a helper alone. */
function withHelpers({ servers }: Snapshot, known: readonly ServerProcess[]): ServerProcess[] {
  const pids = new Set(known.map(({ pid }) => pid));
  return [...servers.values()].filter(({ pid, ppid }) => pids.has(pid) || pids.has(ppid));
}

export const unexplainedCode = "unexplained-connection";

export function warnOfUnexplained({ unexplained = [], processes }: Snapshot): Warning[] {
  if (unexplained.length === 0) return [];
  const named = unexplained.map(({ socket, holder }) => {
    const process = holder === undefined ? undefined : processes.get(holder);
    const who =
      process === undefined ? "held by a process that was not found" : `PID ${String(process.pid)}, ${process.comm}`;
    return `${formatEndpoint(socket.remote)} (${who})`;
  });
  const message = `${plural(unexplained.length, "connection")} to an SSH port that no row accounts for: ${firstFew(named)}`;
  return [{ code: unexplainedCode, message }];
}
