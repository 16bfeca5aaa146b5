import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { serverOfName } from "../../domain/ssh-server.ts";

/**
 * What somebody who reads again and again remembers, so that known processes are not read each time.
 *
 * The proof that a process is still the same is the number of the inode of its folder: the kernel makes a new one for
 * every process (fs/proc/base.c, proc_pid_make_inode), and for the same process at most after a lack of memory, which only
 * leads to another reading. What a process can change about itself is read again where it matters, and every so often
 * everything is.
 */
export class Memory {
  #readings = 0;
  #processes: ReadonlyMap<Pid, Remembered> = new Map();
  #servers: ReadonlyMap<Pid, ServerProcess> = new Map();
  #programs: ReadonlyMap<Pid, Program> = new Map();
  #sockets: SocketTables = new Map();
  #activationSockets: readonly number[] | undefined;

  /** Call it before each reading. */
  begin(): void {
    this.#readings += 1;
    if (this.#readings % readingsUntilAllIsReadAgain !== 0) return;
    this.#processes = new Map();
    this.#servers = new Map();
    this.#programs = new Map();
    this.#sockets = new Map();
    this.#activationSockets = undefined;
  }

  /**
   * @param ino - of the process's folder, at this moment.
   * @returns the process, if it certainly is the known one and has nothing that changes while it lives.
   */
  process(pid: Pid, ino: number | undefined): Process | undefined {
    const known = this.#processes.get(pid);
    if (known === undefined || known.ino !== ino || known.seen < readingsUntilSteady) return undefined;
    const { process } = known;
    const parent = this.#processes.get(process.ppid)?.process;
    const isChannel = parent !== undefined && isServer(parent) && !isServer(process);
    return isChannel || process.tty !== undefined ? undefined : process;
  }

  keepProcesses(processes: ProcessTable, inos: ReadonlyMap<Pid, number>): void {
    this.#processes = new Map(
      [...processes].flatMap(([pid, process]) => {
        const ino = inos.get(pid);
        if (ino === undefined) return [];
        const before = this.#processes.get(pid);
        return [[pid, { process, ino, seen: before?.ino === ino ? before.seen + 1 : 1 }] as const];
      }),
    );
  }

  /** What is known of a server's process, but for its title. */
  server({ pid, startTicks }: Process): ServerProcess | undefined {
    const known = this.#servers.get(pid);
    return known?.startTicks === startTicks ? known : undefined;
  }

  keepServers(servers: ReadonlyMap<Pid, ServerProcess>): void {
    this.#servers = new Map(servers);
  }

  /** The arguments of a process that still executes the same. */
  program({ pid, startTicks, comm }: Process): readonly string[] | undefined {
    const known = this.#programs.get(pid);
    return known?.process.startTicks === startTicks && known.process.comm === comm ? known.args : undefined;
  }

  keepPrograms(programs: ReadonlyMap<Pid, readonly string[]>, processes: ProcessTable): void {
    this.#programs = new Map(
      [...programs].flatMap(([pid, args]) => {
        const process = processes.get(pid);
        return process === undefined ? [] : [[pid, { process, args }] as const];
      }),
    );
  }

  /** The last tables: the ends of a connection do not change while it lives. */
  get sockets(): SocketTables {
    return this.#sockets;
  }

  keepSockets(sockets: SocketTables): void {
    this.#sockets = sockets;
  }

  /** They tell where systemd listens, and nothing of a connection. */
  get activationSockets(): readonly number[] | undefined {
    return this.#activationSockets;
  }

  keepActivationSockets(inodes: readonly number[]): void {
    this.#activationSockets = inodes;
  }
}

interface Remembered {
  process: Process;
  ino: number;
  /** In how many readings. A young process may be about to execute what it is for. */
  seen: number;
}

interface Program {
  process: Process;
  args: readonly string[];
}

const readingsUntilSteady = 3;

/** At two seconds for each, once a minute. */
const readingsUntilAllIsReadAgain = 30;

function isServer({ comm }: Process): boolean {
  return serverOfName(comm) !== undefined;
}
