/**
 * What a connection carries beside its channels. Forwarded ports, X11 and the agent all belong to the process that serves
 * the user: channel_setup_fwd_listener_tcpip(), x11_create_display_inet() in OpenSSH's channels.c, and auth-agent code in
 * session.c.
 */
import { isLoopback, sameEndpoint, type Endpoint } from "./address.ts";
import { connectionSockets, listeningSockets } from "./server-sockets.ts";
import type { ServerProcess, Snapshot, TcpSocket } from "./snapshot.ts";

export const forwardKinds = ["remote-listener", "remote", "local", "x11-listener", "x11", "agent"] as const;
export type ForwardKind = (typeof forwardKinds)[number];

export type Forward =
  /** -R: this machine accepts connections there for the other side. X11: a display for programs on this machine. */
  | { kind: "remote-listener" | "x11-listener"; listen: Endpoint }
  /** -R to a path. The agent: the socket by which programs here ask the other side for signatures. */
  | { kind: "remote-listener" | "agent"; path: string }
  /** One connection to such a port or display. */
  | { kind: "remote" | "x11"; listen: Endpoint; peer: Endpoint }
  /** -L or -D: one connection that this machine opens for the other side; the two look the same from here. */
  | { kind: "local"; from: Endpoint; to: Endpoint };

/** @param peer - of the connection itself, which is no forward. Undefined when the sockets cannot be seen. */
export function findForwards(
  snapshot: Snapshot,
  serving: ServerProcess,
  peer: Endpoint | undefined,
): Forward[] | undefined {
  if (serving.sockets === undefined) return undefined;
  const listeners = listeningSockets(snapshot.sockets, serving);
  const connections = connectionSockets(snapshot.sockets, serving).filter(
    ({ remote }) => peer === undefined || !sameEndpoint(remote, peer),
  );
  const ports = new Set(listeners.map(({ local }) => local.port));
  return [
    ...listeners.map(listenerForward),
    ...connections.map((connection) => connectionForward(connection, ports)),
    ...unixForwards(snapshot, serving),
  ];
}

function listenerForward({ local }: TcpSocket): Forward {
  return { kind: isDisplay(local) ? "x11-listener" : "remote-listener", listen: local };
}

function connectionForward({ local, remote }: TcpSocket, listening: ReadonlySet<number>): Forward {
  if (!listening.has(local.port)) return { kind: "local", from: local, to: remote };
  return { kind: isDisplay(local) ? "x11" : "remote", listen: local, peer: remote };
}

/** Displays count from 10 (X11DisplayOffset) at port 6000 upwards and listen on loopback only, sshd_config(5). */
function isDisplay({ address, port }: Endpoint): boolean {
  return port >= 6010 && port < 7000 && isLoopback(address);
}

/** No socket is both: a row of a Unix socket with the inode of a TCP socket is made up. */
function unixForwards(
  { unixListeners, sockets: tables }: Snapshot,
  { sockets = [], network, pid }: ServerProcess,
): Forward[] {
  if (unixListeners.length === 0) return [];
  const tcp = tables.get(network);
  const others = sockets.filter(({ inode }) => tcp?.has(inode) !== true);
  if (others.length === 0) return [];
  const held = new Set(others.map(({ inode }) => inode));
  return unixListeners
    .filter(({ inode }) => held.has(inode))
    .map(({ path }) => ({ kind: isAgent(path, pid) ? "agent" : "remote-listener", path }));
}

/** /tmp/ssh-XXXXXXXXXX/agent.PID up to 10.0, below ~/.ssh/agent/ since 10.1; dropbear: /tmp/dropbear-XXXXXXXX/auth-…. */
function isAgent(path: string, pid: number): boolean {
  return (
    path.endsWith(`/agent.${String(pid)}`) || path.includes("/.ssh/agent/") || /\/dropbear-\w+\/auth-[^/]+$/.test(path)
  );
}

/** What ends with its connection and may matter to somebody: not the agent, nor a display, which are a part of a shell's use. */
const portForwards: ReadonlySet<ForwardKind> = new Set<ForwardKind>(["remote-listener", "remote", "local"]);

/** Whether it carries ports or paths of one side to the other. */
export function isPortForward({ kind }: Forward): boolean {
  return portForwards.has(kind);
}

/** Every port that the forward occupies or reaches: what `--forward-port` looks for. */
export function portsOf(forward: Forward): number[] {
  if ("listen" in forward) return [forward.listen.port];
  return "to" in forward ? [forward.from.port, forward.to.port] : [];
}
