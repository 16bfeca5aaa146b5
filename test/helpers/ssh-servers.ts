/** The generations of SSH servers on a built machine, with the processes, titles and sockets that each one shows. */
import type { Host, ProcessSpec, Socket } from "./machine-builder.ts";

interface Traits {
  /** The executable that serves one connection. */
  worker: string;
  /** The executable that talks to a stranger. */
  helper: string;
  /** The monitor's title behind the user's name, once that one has logged in. */
  monitored: string;
  /** Whether a root login is one single process. */
  rootAlone: boolean;
  listenerTitle: string | undefined;
}

const listenerTitle = "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups";
const single = { worker: "sshd", helper: "sshd", monitored: "[priv]", rootAlone: true };
const session = { worker: "sshd-session", monitored: "[priv]", rootAlone: false, listenerTitle };

export const generations = {
  "8.1": { ...single, listenerTitle: undefined },
  "9.2": { ...single, listenerTitle },
  "9.9": { ...session, helper: "sshd-session" },
  "10.0": { ...session, helper: "sshd-auth" },
  "10.6": { ...session, helper: "sshd-auth", monitored: "[postauth]" },
} satisfies Record<string, Traits>;

export type Generation = keyof typeof generations;
export const generationNames = Object.keys(generations).filter((name): name is Generation => name in generations);

export interface LoginGiven {
  user: string;
  uid?: number;
  peer?: string;
  local?: string;
  /** Terminals with a login shell on each. */
  ttys?: readonly string[];
  /** A command without a terminal. */
  command?: readonly string[];
  /** Its logind session. */
  scope?: string;
}

export interface Login {
  /** The monitor, or the one process that does it all. */
  connection: ProcessSpec;
  /** The session child, or that same process. */
  serving: ProcessSpec;
  /** What runs on the terminals, or the command. */
  programs: readonly ProcessSpec[];
  socket: Socket;
}

interface ServerGiven {
  listen?: readonly string[];
  /** For a container: another network namespace. */
  network?: string;
  depth?: number;
  /** For an sshd that an ordinary user has started. */
  uid?: number;
}

const executables: Readonly<Record<string, string>> = {
  sshd: "/usr/sbin/sshd",
  "sshd-session": "/usr/lib/openssh/sshd-session",
  "sshd-auth": "/usr/lib/openssh/sshd-auth",
};

export class Sshd {
  private readonly traits: Traits;
  private readonly host: Host;
  /** Who starts connection processes: the listener, or the service manager. */
  readonly parent: ProcessSpec | undefined;
  private readonly surroundings: { network?: string; depth?: number; uid?: number };

  private constructor(host: Host, generation: Generation, parent: ProcessSpec | undefined, given: ServerGiven) {
    const { network, depth, uid } = given;
    this.host = host;
    this.traits = generations[generation];
    this.parent = parent;
    this.surroundings = {
      ...(network === undefined ? {} : { network }),
      ...(depth === undefined ? {} : { depth }),
      ...(uid === undefined ? {} : { uid }),
    };
  }

  /** With a listener. */
  static daemon(host: Host, generation: Generation, given: ServerGiven = {}): Sshd {
    const { listen = ["0.0.0.0:22", "[::]:22"], uid = 0, network, depth = 0 } = given;
    const sockets = listen.map((local) => host.listening(local, { uid }, network));
    const listener = host.process({
      comm: "sshd",
      exe: "/usr/sbin/sshd",
      args: ["/usr/sbin/sshd", "-D"],
      title: generations[generation].listenerTitle,
      uid,
      depth,
      ...(network === undefined ? {} : { network }),
      fds: Object.fromEntries(sockets.map(({ link }, index) => [index + 3, link])),
      cgroup: "/system.slice/ssh.service",
    });
    return new Sshd(host, generation, listener, given);
  }

  /** `sshd -i` for every connection, started by systemd (Accept=yes): it does not lead its session. */
  static perConnection(host: Host, generation: Generation): Sshd {
    return new Sshd(host, generation, undefined, {});
  }

  /** A connection of which nothing is known yet. */
  accept(peer: string, title = "[accepted]", local = "10.0.0.1:22"): Login {
    const { process, socket } = this.connection(peer, local);
    process.title = this.title(title);
    return { connection: process, serving: process, programs: [], socket };
  }

  /** A stranger who has said a name. */
  guess(user: string, peer: string, local?: string): Login {
    const login = this.accept(peer, `${user} [priv]`, local);
    const { helper } = this.traits;
    const process = this.host.child(login.connection, {
      comm: helper,
      exe: executables[helper] ?? helper,
      title: `${helper}: ${user} [net]`,
      uid: 105,
      owner: 0,
      pgid: login.connection.pgid,
      fds: { 3: login.socket.link },
    });
    return { ...login, serving: process };
  }

  /** A monitor without a child: PAM makes it wait before the session, or after it. */
  hang(user: string, when: "opening" | "closing", peer = "10.0.0.7:4999"): Login {
    const login = this.accept(peer, `${user} ${this.traits.monitored}`);
    login.connection.catchesTerm = when === "closing";
    return login;
  }

  login(given: LoginGiven): Login {
    const { user, uid = this.host.uid(user), peer = `10.0.0.7:${String(this.host.number())}` } = given;
    const { process: connection, socket } = this.connection(peer, given.local ?? "10.0.0.1:22");
    if (given.scope !== undefined)
      connection.cgroup = `/user.slice/user-${String(uid)}.slice/session-${given.scope}.scope`;
    const alone = this.traits.rootAlone && uid === 0;
    const serving = alone ? connection : this.sessionChild(connection, uid);
    if (!alone) connection.title = this.title(`${user} ${this.traits.monitored}`);
    serving.title = this.title(servedText(given));
    serving.fds = { ...connection.fds };
    const ttys = given.ttys ?? [];
    connection.masters = ttys;
    serving.masters = ttys;
    const shells = ttys.map((tty) => {
      this.host.terminal(tty, { uid });
      return this.host.process({ ...programOf(serving, uid), comm: "bash", args: ["-bash"], tty });
    });
    const { command } = given;
    const commands = command ? [this.host.process({ ...programOf(serving, uid), ...executed(command) })] : [];
    return { connection, serving, programs: [...shells, ...commands], socket };
  }

  private sessionChild(connection: ProcessSpec, uid: number): ProcessSpec {
    const { comm, exe, args, pgid } = connection;
    return this.host.child(connection, { comm, exe, args, pgid, uid, owner: 0 });
  }

  private connection(peer: string, local: string): { process: ProcessSpec; socket: Socket } {
    const { worker } = this.traits;
    const { network, uid = 0 } = this.surroundings;
    const socket = this.host.connected(local, peer, { uid }, network);
    const process = this.host.process({
      ppid: this.parent?.pid ?? 1,
      comm: worker,
      exe: executables[worker] ?? worker,
      args: ["/usr/sbin/sshd", "-D", "-R"],
      fds: { 4: "socket:[99]", 7: socket.link },
      cgroup: "/system.slice/ssh.service",
      ...this.surroundings,
    });
    if (this.parent === undefined) Object.assign(process, { sid: 900, pgid: 900 });
    return { process, socket };
  }

  private title(text: string): string {
    return `${this.traits.worker}: ${text}`;
  }
}

/** `alice`, `alice@notty`, `alice@pts/0,pts/3`, in the escapes of vis(3). */
function servedText({ user, ttys, command }: LoginGiven): string {
  const name = Buffer.from(user)
    .toString("latin1")
    .replaceAll("\\", "\\\\")
    .replace(/[\x80-\xff]/g, (byte) => `\\${byte.charCodeAt(0).toString(8)}`);
  if (ttys !== undefined) return `${name}@${ttys.join(",")}`;
  return command === undefined ? name : `${name}@notty`;
}

function programOf({ pid, cgroup, network, depth }: ProcessSpec, uid: number): Partial<ProcessSpec> {
  return { ppid: pid, uid, cgroup, network, depth };
}

function executed(args: readonly string[]): Partial<ProcessSpec> {
  const name = (args[0] ?? "").replace(/^-/, "").replace(/^.*\//, "");
  return { comm: name.slice(0, 15), exe: `/usr/bin/${name}`, args };
}

/** One process for every connection; up to 2025.88 it stays root, later it becomes its user. */
export class Dropbear {
  readonly listener: ProcessSpec;
  private readonly host: Host;
  private readonly becomesUser: boolean;
  private readonly childPipes: string[] = [];

  constructor(host: Host, { becomesUser, listen = "0.0.0.0:2200" }: { becomesUser: boolean; listen?: string }) {
    this.host = host;
    this.becomesUser = becomesUser;
    const { link } = host.listening(listen);
    this.listener = host.process({ ...this.program(["-F"]), fds: { 1: "pipe:[77]", 3: link } });
  }

  /** A stranger: the process still shares a pipe with the listener. */
  connect(peer: string): Login {
    const socket = this.host.connected("10.0.0.1:2200", peer);
    const pipe = `pipe:[${String(this.host.number())}]`;
    this.childPipes.push(pipe);
    this.listener.fds = { ...this.listener.fds, [10 + this.childPipes.length]: pipe };
    const connection = this.host.process({
      ...this.program(this.becomesUser ? ["-F", "-2", "7"] : ["-F"]),
      ppid: this.listener.pid,
      fds: { 0: socket.link, 1: "pipe:[77]", 6: pipe },
    });
    return { connection, serving: connection, programs: [], socket };
  }

  login({ user, peer = `10.0.0.8:${String(this.host.number())}`, ttys = [], command }: LoginGiven): Login {
    const { connection, socket } = this.connect(peer);
    const uid = this.host.uid(user);
    delete connection.fds[6];
    if (this.becomesUser) Object.assign(connection, { uid, owner: 0 });
    connection.masters = ttys;
    const shells = ttys.map((tty) => {
      this.host.terminal(tty, { uid });
      return this.host.process({ ...programOf(connection, uid), comm: "bash", args: ["-bash"], tty });
    });
    const commands = command ? [this.host.process({ ...programOf(connection, uid), ...executed(command) })] : [];
    return { connection, serving: connection, programs: [...shells, ...commands], socket };
  }

  private program(options: readonly string[]): Partial<ProcessSpec> {
    return {
      comm: "dropbear",
      exe: "/usr/sbin/dropbear",
      args: ["/usr/sbin/dropbear", ...options],
      cgroup: "/system.slice/dropbear.service",
    };
  }
}
