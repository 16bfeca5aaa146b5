import type { Accounts } from "./accounts.ts";
import type { Endpoint } from "./address.ts";
import type { Pid, Process, ProcessTable } from "./process.ts";
import type { UnexplainedConnection } from "./unexplained-connections.ts";
import type { ServerKind } from "./ssh-server.ts";
import type { Title } from "./title.ts";
import type { TerminalActivity, Tty } from "./tty.ts";

/** A TCP socket: one row of /proc/net/tcp or tcp6. */
export interface TcpSocket {
  inode: number;
  /** Whose process opened it, or accepted it from a listening socket. */
  uid: number;
  listening: boolean;
  /** Whether both ends have agreed on the connection, and neither has ended it; undefined where that is not told. */
  established?: boolean;
  local: Endpoint;
  remote: Endpoint;
}

/** TCP sockets by network namespace, then by inode. */
export type SocketTables = ReadonlyMap<string, ReadonlyMap<number, TcpSocket>>;

/** A socket in the file system on which a process listens: a row of /proc/net/unix. */
export interface UnixListener {
  inode: number;
  path: string;
}

/** Where socket units of the service manager listen for SSH. */
export interface DeclaredSockets {
  /** TCP ports. */
  ports: readonly number[];
  /** Beside the network: "/run/ssh-unix-local/socket", "vsock::22". */
  aside: readonly string[];
}

/** An open file of a process. */
export interface Handle {
  fd: number;
  inode: number;
}

/** A process that runs the executable of an SSH server, or, where that cannot be read, bears the name of one. */
export interface ServerProcess extends Process {
  server: ServerKind;
  /** The real uid: that of a setuid program is its caller's. */
  uid: number;
  /** What it says of itself in its command line. */
  title: Title;
  /** Whether it has a handler for SIGTERM; undefined where nobody has looked. */
  catchesTerm?: boolean | undefined;
  /** Its open sockets; undefined where the kernel refuses to tell. */
  sockets: readonly Handle[] | undefined;
  /** Its open pipes; undefined where the kernel refuses to tell. */
  pipes: readonly Handle[] | undefined;
  /** The pseudo-terminals that it has allocated, where that is known. */
  terminals: readonly Tty[] | undefined;
  /** The logind session in whose scope it runs, such as "c2". */
  logindSession: string | undefined;
  /** The network namespace whose TCP sockets it holds: a key of {@link Snapshot.sockets}. */
  network: string;
  /** In another network or PID namespace than the one that looks. */
  container: boolean;
}

/** A terminal, and one process that has it open. */
export interface HeldByProcess {
  tty: Tty;
  pid: Pid;
}

/** Processes below a server that have root's real uid. */
export interface RootsBelow {
  pids: readonly Pid[];
  /** Whether it is known of every process below it. */
  isComplete: boolean;
}

/** The connection that a command's environment claims: SSH_CONNECTION, ssh(1). Its user can write anything there. */
export interface ClaimedConnection {
  peer: Endpoint;
  local: Endpoint;
}

/** The SSH server processes that the observer's own terminal hangs on. Whoever ends sessions must spare these. */
export interface OwnServers {
  /** With the reason, in words. */
  pids: ReadonlyMap<Pid, string>;
  /** Why it cannot be said that these are all; undefined when they are. */
  doubt: string | undefined;
}

/**
 * Why root does not see everything: it may not look into processes; or not, and users outside of its user namespace look alike
 * (which nobody else can see through either); or there are processes outside of its PID namespace.
 */
export type Blindness = "no-ptrace" | "user-namespace" | "pid-namespace";

/** Everything that was read of one machine at one moment. Only facts: what they mean is decided elsewhere. */
export interface Snapshot {
  host: string;
  /** Milliseconds since the epoch. */
  takenAtMs: number;
  /** Milliseconds since the epoch; undefined when /proc/uptime is not plausible. */
  bootedAtMs: number | undefined;
  processes: ProcessTable;
  servers: ReadonlyMap<Pid, ServerProcess>;
  /** The argument lists of what the servers started and of what runs in the foreground there. */
  programs: ReadonlyMap<Pid, readonly string[]>;
  /** The uids of the same, where the server's own is not its user's (dropbear). */
  uids: ReadonlyMap<Pid, number>;
  claims: ReadonlyMap<Pid, ClaimedConnection>;
  /** The network namespace of the observer. */
  network: string;
  sockets: SocketTables;
  /** Listening Unix sockets of the observer's network namespace. */
  unixListeners: readonly UnixListener[];
  /** Where units listen for SSH, by their files. */
  declaredSockets: DeclaredSockets;
  /** Listening sockets that the service manager holds (systemd socket activation). */
  activationSockets: readonly number[];
  terminals: ReadonlyMap<Tty, TerminalActivity>;
  /** Terminals of this machine that processes below a server have opened, by the nearest one; undefined where that cannot be told. */
  innerTerminals?: ReadonlyMap<Pid, readonly HeldByProcess[]> | undefined;
  /** Below each server's process; left out where nobody has looked. */
  rootProcesses?: ReadonlyMap<Pid, RootsBelow>;
  accounts: Accounts;
  own: OwnServers;
  blindness?: Blindness | undefined;
  /** What the kernel shows as the uid of users whom it does not tell apart. */
  unmappedUid?: number | undefined;
  /** Connections to a port of SSH that belong to no session; left out where nobody has looked. */
  unexplained?: readonly UnexplainedConnection[];
  /** Whether a table of sockets was too long to be read to its end. */
  areSocketsCut?: boolean;
}
