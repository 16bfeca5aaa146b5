import { sameEndpoint, type Endpoint } from "./address.ts";
import type { Connection } from "./find-connections.ts";
import type { Children } from "./process.ts";
import { connectionSockets, listeningSockets } from "./server-sockets.ts";
import type { ServerProcess, Snapshot } from "./snapshot.ts";

export interface ConnectionEnds {
  peer: Endpoint;
  local: Endpoint;
  /** Of the socket that carries it; undefined where only its ends are known. */
  inode?: number;
}

/** What the answer rests on. */
type Sources = Pick<Snapshot, "sockets" | "claims">;

/**
 * The two ends of a connection; undefined for one that is not TCP, and where its sockets cannot be seen.
 *
 * @param servicePorts - the ports on which SSH servers accept connections.
 */
export function connectionEnds(
  snapshot: Sources,
  children: Children,
  { process, child }: Pick<Connection, "process" | "child">,
  servicePorts: ReadonlySet<number>,
): ConnectionEnds | undefined {
  if (process.sockets === undefined) return claimedEnds(snapshot, children, child ?? process);
  const forwarded = new Set(listeningSockets(snapshot.sockets, process).map(({ local }) => local.port));
  const candidates = connectionSockets(snapshot.sockets, process).filter(({ local }) => !forwarded.has(local.port));
  const socket = candidates.find(({ local }) => servicePorts.has(local.port)) ?? candidates[0];
  return socket && { peer: socket.remote, local: socket.local, inode: socket.inode };
}

/** An ordinary user sees no sockets of sshd, but the environment of own commands; the kernel must know that connection. */
function claimedEnds(snapshot: Sources, children: Children, serving: ServerProcess): ConnectionEnds | undefined {
  const sockets = [...(snapshot.sockets.get(serving.network)?.values() ?? [])];
  return (children.get(serving.pid) ?? [])
    .flatMap(({ pid }) => snapshot.claims.get(pid) ?? [])
    .find(({ peer, local }) =>
      sockets.some((socket) => sameEndpoint(socket.remote, peer) && sameEndpoint(socket.local, local)),
    );
}
