import type { Pid, Process, ProcessTable } from "../../domain/process.ts";
import type { ServerProcess, SocketTables } from "../../domain/snapshot.ts";
import { serverOfName } from "../../domain/ssh-server.ts";
import type { HeldFile, Hold } from "../../host/files/held-files.ts";
import { givenBetween, type Births } from "./births.ts";

/**
 * What somebody who reads again and again remembers, so that known processes are not read each time.
 *
 * The proof that a process is still the same is that its PID cannot have been given out again meanwhile, or else the number of
 * the inode of its folder: the kernel makes a new one for every process (fs/proc/base.c, proc_pid_make_inode), and for the
 * same process at most after a lack of memory, which only leads to another reading. What a process can change about itself is
 * read again where it matters, and every so often everything is.
 */
export class Memory {
  #readings = 0;
  #births: Births | undefined;
  readonly #processes = new Map<Pid, Remembered>();
  readonly #noServers = new Map<Pid, Process>();
  #servers: ReadonlyMap<Pid, ServerProcess> = new Map();
  #programs: ReadonlyMap<Pid, Program> = new Map();
  #sockets: SocketTables = new Map();
  #activationSockets: readonly number[] | undefined;
  readonly #hold: Hold | undefined;

  /** @param hold - where files can be kept open. */
  constructor(hold?: Hold) {
    this.#hold = hold;
  }

  /** Call it before each reading. */
  begin(): void {
    this.#readings += 1;
    if (this.#readings % readingsUntilAllIsReadAgain !== 0) return;
    this.#births = undefined;
    this.keepOnly(new Map());
    this.#noServers.clear();
    this.#servers = new Map();
    this.#programs = new Map();
    this.#sockets = new Map();
    this.#activationSockets = undefined;
  }

  /**
   * @param births - at this moment, after the list of all PIDs was read.
   * @returns whether a PID may be another process's than at the last reading.
   */
  takeTurn(births: Births | undefined): (pid: Pid) => boolean {
    const before = this.#births;
    this.#births = births;
    return givenBetween(before, births);
  }

  /**
   * @param ino - tells the number of the inode of the process's folder at this moment; undefined where its PID proves that it
   * is the same.
   * @returns the process, if it certainly is the known one and has nothing that changes while it lives.
   */
  process(pid: Pid, ino: (() => number | undefined) | undefined): Process | undefined {
    const known = this.#processes.get(pid);
    if (known === undefined || known.seen < readingsUntilSteady) return undefined;
    const { process } = known;
    if (process.tty !== undefined || this.#isChannel(process)) return undefined;
    if (ino === undefined) return process;
    const now = ino();
    const isSame = now !== undefined && now === known.ino;
    known.ino = now;
    return isSame ? process : undefined;
  }

  #isChannel(process: Process): boolean {
    const parent = this.#processes.get(process.ppid)?.process;
    return parent !== undefined && isServer(parent) && !isServer(process);
  }

  /** The text of /proc/PID/stat of the known process; undefined where it is not held open, or has ended. */
  stat(pid: Pid): string | undefined {
    return this.#processes.get(pid)?.stat?.read();
  }

  /** The text of /proc/PID/cmdline of a known process; undefined where it cannot be held open, or has ended. */
  commandLine(pid: Pid): string | undefined {
    const known = this.#processes.get(pid);
    if (known === undefined) return undefined;
    known.commandLine ??= this.#hold?.(`/proc/${String(pid)}/cmdline`);
    return known.commandLine?.read();
  }

  /** What was read of a process just now. */
  keepProcess(process: Process): void {
    const known = this.#processes.get(process.pid);
    if (known?.process.startTicks !== process.startTicks) {
      if (known !== undefined) letGo(known);
      this.#processes.set(process.pid, {
        process,
        ino: known?.ino,
        seen: 1,
        stat: undefined,
        commandLine: undefined,
      });
      return;
    }
    known.process = process;
    known.seen += 1;
    if (known.seen > readingsUntilSteady) known.stat ??= this.#hold?.(`/proc/${String(process.pid)}/stat`);
  }

  /** Forgets all others. */
  keepOnly(processes: ProcessTable): void {
    for (const [pid, known] of this.#processes) {
      if (processes.has(pid)) continue;
      letGo(known);
      this.#processes.delete(pid);
    }
  }

  /** Whether the process was found to be no server, and still executes the same. */
  isNoServer({ pid, startTicks, comm }: Process): boolean {
    const known = this.#noServers.get(pid);
    return known?.startTicks === startTicks && known.comm === comm;
  }

  keepNoServer(process: Process): void {
    this.#noServers.set(process.pid, process);
  }

  /** What is known of a server's process, but for its title. */
  server({ pid, startTicks }: Process): ServerProcess | undefined {
    const known = this.#servers.get(pid);
    return known?.startTicks === startTicks ? known : undefined;
  }

  keepServers(servers: ReadonlyMap<Pid, ServerProcess>): void {
    this.#servers = servers;
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
  /** Undefined where nobody has asked for it. */
  ino: number | undefined;
  /** Of one that is read again each time. */
  stat: HeldFile | undefined;
  /** Of one whose title is read again each time. */
  commandLine: HeldFile | undefined;
  /** In how many readings. A young process may be about to execute what it is for. */
  seen: number;
}

function letGo({ stat, commandLine }: Remembered): void {
  stat?.close();
  commandLine?.close();
}

interface Program {
  process: Process;
  args: readonly string[];
}

const readingsUntilSteady = 3;

/** At two seconds for each, every five minutes. */
const readingsUntilAllIsReadAgain = 150;

function isServer({ comm }: Process): boolean {
  return serverOfName(comm) !== undefined;
}
