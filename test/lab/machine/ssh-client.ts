import { type ClientSocket, clientSocket, type Endpoint } from "./client-socket.ts";
import type { MachineProcess, WaitOptions } from "./machine-process.ts";
import type { Machine } from "./machine.ts";

/** Where a client connects to. */
export interface Target {
  /** The account to log in to; alice unless told otherwise. */
  readonly user?: string;
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** 22 unless told otherwise; sshd listens on 2222 too. */
  readonly port?: number;
  /** More options for ssh, e.g. ["-A"]. */
  readonly args?: readonly string[];
  /** What `openMaster` answered: the session then shares that connection. */
  readonly over?: Master;
}

/** A client whose connection others can share. */
export interface Master {
  readonly client: SshClient;
  readonly controlPath: string;
}

/** How one kind of session is started, and how its client can tell that the server has really opened it. */
interface Kind {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  /** Sent once the client runs. */
  readonly greeting?: string | Uint8Array;
  readonly ready: RegExp;
  readonly on?: "stdout" | "stderr";
}

const marker = /lab-is-open/;
/** Does not contain the marker itself: a terminal echoes what is typed. */
const printMarker = "printf '%s-is-%s\\n' lab open";

const clientConfig = `
IdentityFile /root/.ssh/id_lab
BatchMode yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
`;

/** Becomes ssh with a configuration file of its own, the first argument. */
const configuredSsh =
  'config=$(mktemp /run/ssh-client-XXXXXX); printf "%s" "$1" >"$config"; shift; exec ssh -F "$config" "$@"';

/** An OpenSSH server says this in the first message of an authenticated connection, before any session. */
const authenticated = /client_input_global_request: rtype hostkeys/;

/** A client says this when its server has let it in; 8.4 and later. */
const loggedIn = /^(?:debug1: Authentication succeeded|Authenticated to )/m;

/** An ssh client in the machine, with its connection open. */
export class SshClient {
  readonly process: MachineProcess;
  /** The client's own end of the connection: what the server must name as the peer. */
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #machine: Machine;

  constructor(machine: Machine, process: MachineProcess, socket: ClientSocket) {
    this.#machine = machine;
    this.process = process;
    this.local = socket.local;
    this.remote = socket.remote;
  }

  /** The client's process number in the machine. */
  get pid(): number {
    return this.process.pid;
  }

  /** Resolves with the client's exit code when its session has ended: 255 when the connection was cut. */
  get exited(): Promise<number> {
    return this.process.exited;
  }

  /** Types into the session. */
  write(input: string | Uint8Array): void {
    this.process.write(input);
  }

  /** Resolves with the first match in what the session has printed since it was opened. */
  async waitFor(pattern: RegExp, options?: WaitOptions): Promise<RegExpExecArray> {
    return this.process.waitFor(pattern, options);
  }

  /** Hangs up, as if the user had closed the window, and waits until the client is gone. */
  async end(): Promise<void> {
    if (this.process.exitCode === undefined) await this.#machine.signal(this.pid, "TERM");
    await this.exited;
  }
}

/** An interactive shell on a terminal; understands POSIX shell commands at its prompt. */
export class SshShell extends SshClient {
  #questions = 0;

  /** Types a command, waits for its end and answers what it printed, with plain line ends. */
  async ask(command: string, options?: WaitOptions): Promise<string> {
    this.#questions += 1;
    // The terminal echoes what we type, so the marks are computed: they appear only where the shell prints them.
    const number = String(this.#questions);
    this.write(`echo begin-$((${number})); ${command}; echo end-$((${number}))\n`);
    const between = new RegExp(`begin-${number}\r?\n(.*)end-${number}\r?\n`, "s");
    const [, answer = ""] = await this.waitFor(between, options);
    return answer.replaceAll("\r\n", "\n");
  }
}

/** Opens an interactive login shell on a terminal. */
export async function openShell(machine: Machine, target: Target = {}): Promise<SshShell> {
  const kind = { args: ["-tt"], greeting: `${printMarker}\n`, ready: marker };
  return new SshShell(machine, ...(await connect(machine, target, kind)));
}

/** The same, but waits for the login alone: PAM may keep the session from being opened. `isOpen()` waits for that. */
export async function openWaitingShell(
  machine: Machine,
  target: Target = {},
): Promise<{ shell: SshShell; isOpen: () => Promise<void> }> {
  const kind = { args: ["-v", "-tt"], greeting: `${printMarker}\n`, ready: loggedIn, on: "stderr" } as const;
  const shell = new SshShell(machine, ...(await connect(machine, target, kind)));
  return { shell, isOpen: async () => void (await shell.waitFor(marker)) };
}

/** Runs a command without a terminal. By default one that lasts until the client ends it. */
export async function openCommand(machine: Machine, target: Target = {}, command = "cat"): Promise<SshClient> {
  return open(machine, target, { command: [`${printMarker}; exec ${command}`], ready: marker });
}

/** Runs a command on a terminal. */
export async function openTerminalCommand(machine: Machine, target: Target = {}, command = "cat"): Promise<SshClient> {
  const kind = { args: ["-tt"], command: [`${printMarker}; exec ${command}`], ready: marker };
  return open(machine, target, kind);
}

/** Opens the sftp subsystem, as sftp and today's scp do. */
export async function openSftp(machine: Machine, target: Target = {}): Promise<SshClient> {
  // SSH_FXP_INIT for version 3; sftp-server answers with its own version.
  const greeting = Uint8Array.of(0, 0, 0, 5, 1, 0, 0, 0, 3);
  return open(machine, target, { args: ["-s"], command: ["sftp"], greeting, ready: /./s });
}

/** Starts the receiving end of a legacy scp, as `scp -O` does; it waits for a file that never comes. */
export async function openLegacyScp(machine: Machine, target: Target = {}): Promise<SshClient> {
  return open(machine, target, { command: ["scp -t /tmp"], ready: /\0/ });
}

/** Opens a connection without any session; forwardings such as `-L` go into `args`. */
export async function openTunnel(machine: Machine, target: Target = {}): Promise<SshClient> {
  return open(machine, target, { args: ["-v", "-N"], ready: authenticated, on: "stderr" });
}

/** Opens a connection that listens on the server for us: `-R`, e.g. forward "8000:127.0.0.1:22". */
export async function openReverseTunnel(machine: Machine, forward: string, target: Target = {}): Promise<SshClient> {
  const kind = { args: ["-v", "-N", "-R", forward], ready: /remote forward success/, on: "stderr" } as const;
  return open(machine, target, kind);
}

/** Opens a connection without any session that others can share: they take the answer as `over`. */
export async function openMaster(machine: Machine, target: Target = {}): Promise<Master> {
  masters += 1;
  const controlPath = `/run/ssh-master-${String(masters)}`;
  const args = ["-v", "-N", "-M", "-S", controlPath];
  return { client: await open(machine, target, { args, ready: authenticated, on: "stderr" }), controlPath };
}

let masters = 0;

/** Connects and says nothing: no key exchange, no authentication. */
export async function openSilent(machine: Machine, { host = "127.0.0.1", port = 22 }: Target = {}): Promise<SshClient> {
  const process = await machine.spawn(["nc", host, String(port)]);
  await process.waitFor(/^SSH-2\.0-/);
  return new SshClient(machine, process, await keptSocket(machine, process.pid, port));
}

async function open(machine: Machine, target: Target, kind: Kind): Promise<SshClient> {
  return new SshClient(machine, ...(await connect(machine, target, kind)));
}

/** Starts the client and waits for the server's sign that the session is open. */
async function connect(machine: Machine, target: Target, kind: Kind): Promise<[MachineProcess, ClientSocket]> {
  const process = await machine.spawn(sshCommand(target, kind));
  if (kind.greeting !== undefined) process.write(kind.greeting);
  await process.waitFor(kind.ready, { on: kind.on ?? "stdout" });
  // A client that shares a connection has no socket of its own.
  if (target.over !== undefined) return [process, target.over.client];
  return [process, await keptSocket(machine, process.pid, target.port ?? 22)];
}

/** The client's connection, with a port that no later one gets. */
async function keptSocket(machine: Machine, pid: number, port: number): Promise<ClientSocket> {
  const socket = await clientSocket(machine, pid, port);
  await machine.keepPort(socket.local.port);
  return socket;
}

function sshCommand({ user = "alice", host = "127.0.0.1", port = 22, args = [], over }: Target, kind: Kind): string[] {
  // On the command line newer clients refuse some of the names that a configuration file may have.
  const config = `User ${user.includes(" ") ? `"${user}"` : user}\n${clientConfig}`;
  const sharing = over === undefined ? [] : ["-S", over.controlPath];
  const options = [...sharing, ...(kind.args ?? []), ...args, "-p", String(port)];
  return ["sh", "-c", configuredSsh, "ssh", config, ...options, host, ...(kind.command ?? [])];
}
