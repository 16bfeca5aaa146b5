import type { Endpoint } from "./address.ts";
import type { ServerRoles } from "./find-connections.ts";
import { connectionSockets, listeningSockets } from "./server-sockets.ts";
import type { Listener } from "./session.ts";
import type { Snapshot, TcpSocket } from "./snapshot.ts";

/** Who accepts SSH connections on this machine: the daemons, and the service manager where it does so for them. */
export function findListeners(snapshot: Snapshot, roles: ServerRoles): Listener[] {
  const daemons = roles.listeners.filter(({ container }) => !container);
  const held = daemons.map((daemon) => ({ daemon, sockets: listeningSockets(snapshot.sockets, daemon) }));
  const listeners: Listener[] = held.map(({ daemon: { pid, server }, sockets }) => ({
    pid,
    server,
    addresses: addressesOf(sockets),
  }));
  const heldInodes = new Set(held.flatMap(({ sockets }) => sockets.map(({ inode }) => inode)));
  const activation = activationSockets(snapshot, roles).filter(({ inode }) => !heldInodes.has(inode));
  const manager: Listener[] =
    activation.length === 0 ? [] : [{ pid: 1, server: "openssh", addresses: addressesOf(activation) }];
  return [...manager, ...listeners].toSorted((a, b) => firstPort(a) - firstPort(b));
}

function firstPort({ addresses }: Listener): number {
  return addresses[0]?.port ?? 65_536;
}

/**
 * Sockets of systemd units are not marked as sshd's. Those on the port of SSH, on a port that the file of an SSH unit names, and
 * on a port by which a connection came in, are.
 */
function activationSockets(snapshot: Snapshot, { connections }: ServerRoles): TcpSocket[] {
  const ports = new Set([sshPort, ...snapshot.declaredSockets.ports]);
  for (const { process } of connections.filter(({ process: { container } }) => !container)) {
    for (const { local } of connectionSockets(snapshot.sockets, process).slice(0, 1)) ports.add(local.port);
  }
  const table = snapshot.sockets.get(snapshot.network);
  return snapshot.activationSockets
    .flatMap((inode) => table?.get(inode) ?? [])
    .filter(({ listening, local }) => listening && ports.has(local.port));
}

/**
 * Whether somebody else than the servers listens where only a server of SSH should, in the observer's network: perhaps the
 * service manager, which holds so many files that they are looked at only then.
 */
export function hasForeignListener({
  servers,
  sockets,
  network,
  declaredSockets,
}: Pick<Snapshot, "servers" | "sockets" | "network" | "declaredSockets">): boolean {
  const table = sockets.get(network) ?? new Map<number, TcpSocket>();
  const foreign = new Map<number, number>();
  for (const { inode, listening, local } of table.values()) if (listening) foreign.set(inode, local.port);
  const held = [...servers.values()].flatMap((server) => server.sockets ?? []);
  for (const { inode } of held) foreign.delete(inode);
  const ports = new Set(foreign.values());
  if (declaredSockets.ports.some((port) => ports.has(port))) return true;
  return ports.has(sshPort) || held.some(({ inode }) => ports.has(table.get(inode)?.local.port ?? 0));
}

/** RFC 4253, section 4.1. */
const sshPort = 22;

function addressesOf(sockets: readonly TcpSocket[]): Endpoint[] {
  return sockets.map(({ local }) => local).toSorted((a, b) => a.port - b.port || a.address.length - b.address.length);
}
