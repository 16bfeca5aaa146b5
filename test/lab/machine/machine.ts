import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { removeCgroup, removeStaleCgroups } from "./cgroup.ts";
import { Hardware, type HardwareOptions } from "./hardware.ts";
import { ensureLayers, type Layer } from "./layers.ts";
import { excerpt, MachineProcess, type MachinePipes } from "./machine-process.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";
import { type Suite, type SuiteName, suiteNamed } from "./suites.ts";
import { within } from "./time-limit.ts";

/** Where a machine has the host's Node and the project, read-only and without node_modules. */
export const node = "/opt/node/bin/node";
export const sshctl = "/opt/sshctl/bin/sshctl.js";

export interface SpawnOptions {
  /** An account of the machine; root unless told otherwise. */
  readonly user?: string;
  /** Added to the environment of a login (HOME, USER, LOGNAME, SHELL, PATH, LANG=C.UTF-8, TERM=dumb). */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunOptions extends SpawnOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + n after signal n. */
  readonly exitCode: number;
}

/** What it takes to find a running machine again from another process. */
export interface MachineRecord {
  readonly suite: SuiteName;
  readonly init: ProcessIdentity;
  readonly cgroup: string;
}

const enterScript = readFileSync(new URL("enter.sh", import.meta.url), "utf8");
/**
 * Waits for what it runs, from outside of the machine's process numbers: nsenter(1) itself would stop for good together
 * with what it runs, and a power-off stops everything for a moment. Its own stderr leads nowhere because a shell comments
 * there on signals.
 */
const waitScript = 'exec 4>&2 2>/dev/null; (exec 2>&4 4>&-; exec sh -c "$@"); exit $?';
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  TERM: "dumb",
};

export interface BootOptions extends HardwareOptions {
  /** Packages beside those of every machine, the uppermost layer first. */
  readonly layers?: readonly Layer[];
}

/** What systemd takes as "reboot" when it gets it as init: SIGRTMIN+5. */
const rebootSignal = 34 + 5;

/** A running Debian with its own init, sshd, logind, network and processes. Forgets everything when it stops. */
export class Machine implements AsyncDisposable {
  readonly suite: Suite;
  /** The Node.js that runs the project's own tool. */
  node: string = node;
  #record: MachineRecord;
  /** Undefined where another process has it. */
  readonly #hardware: Hardware | undefined;
  readonly #keptPorts = new Set<number>();
  #stopped: Promise<void> | undefined;

  /** Starts a fresh machine; resolves when sessions can be opened. It dies with this process unless it is `detached`. */
  static async boot(name: SuiteName, { layers = [], ...options }: BootOptions = {}): Promise<Machine> {
    const suite = suiteNamed(name);
    const roots = await ensureLayers(suite, layers, console.error);
    await removeStaleCgroups();
    const hardware = await Hardware.assemble(roots, options);
    const record = { suite: name, init: await hardware.powerOn(), cgroup: hardware.cgroup };
    if (options.detached === true) hardware.release();
    return new Machine(record, options.detached === true ? undefined : hardware);
  }

  /** The machine that another process has booted, or undefined when it does not run any more. */
  static async find(record: MachineRecord): Promise<Machine | undefined> {
    return (await isRunning(record.init)) ? new Machine(record, undefined) : undefined;
  }

  private constructor(record: MachineRecord, hardware: Hardware | undefined) {
    this.suite = suiteNamed(record.suite);
    this.#record = record;
    this.#hardware = hardware;
  }

  get record(): MachineRecord {
    return this.#record;
  }

  /** Starts a command whose input stays open. Starts no shell: see `sh` for that. */
  async spawn(argv: readonly string[], options: SpawnOptions = {}): Promise<MachineProcess> {
    const child = spawn("nsenter", this.#enter(argv, options), {
      env: environment,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    return MachineProcess.started(child, pipesOf(child));
  }

  /** Runs a command to its end, whatever its exit code. Throws only when the time is up (30 s by default). */
  async run(
    argv: readonly string[],
    { input = "", timeoutMs = 30_000, ...options }: RunOptions = {},
  ): Promise<RunResult> {
    const process = await this.spawn(argv, options);
    process.write(input);
    process.end();
    const exitCode = await within(timeoutMs, process.exited);
    if (exitCode === undefined) {
      await this.signal(process.pid, "KILL");
      throw new Error(`${argv.join(" ")} took more than ${String(timeoutMs)} ms\n${excerpt(process)}`);
    }
    return { stdout: process.stdout, stderr: process.stderr, exitCode };
  }

  /** Runs a POSIX shell script. */
  async sh(script: string, options: RunOptions = {}): Promise<RunResult> {
    return this.run(["sh", "-c", script], options);
  }

  /** Like `sh`, for preparations that must work: answers what was printed, throws when the script fails. */
  async must(script: string, options: RunOptions = {}): Promise<string> {
    const result = await this.sh(script, options);
    if (result.exitCode !== 0) throw new Error(`${script} ended with ${String(result.exitCode)}\n${excerpt(result)}`);
    return result.stdout;
  }

  /** Runs the project's own tool. */
  async sshctl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run([this.node, sshctl, ...args], options);
  }

  /** Writes a file as root, with its folder. */
  async writeFile(path: string, text: string, mode = "644"): Promise<void> {
    const write = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"';
    const { exitCode, stderr } = await this.run(["sh", "-c", write, "write", path, mode], { input: text });
    if (exitCode !== 0) throw new Error(`cannot write ${path}: ${stderr}`);
  }

  /** Signals one process, by the number it has in the machine. That it is gone already is no error. */
  async signal(pid: number, signal: string): Promise<void> {
    await this.run(["kill", "-s", signal, String(pid)]);
  }

  /**
   * Lets no later connection take a port that tests know a client by: the kernel gives one out again for another address
   * or another port of the server, e.g. for IPv6 beside IPv4 (ip_local_reserved_ports, ip-sysctl.rst).
   */
  async keepPort(port: number): Promise<void> {
    this.#keptPorts.add(port);
    const list = [...this.#keptPorts].join(",");
    await this.must(`echo ${list} >/proc/sys/net/ipv4/ip_local_reserved_ports`);
  }

  /** A path of the host that shows the machine's /proc. */
  get proc(): string {
    return `/proc/${String(this.record.init.pid)}/root/proc`;
  }

  /** Runs a command on a terminal of the machine that is joined to ours; answers its exit code. */
  async runOnTerminal(argv: readonly string[], options: SpawnOptions = {}): Promise<number> {
    // Our own terminal does not exist in there; script(1) makes one that does and copies between them.
    const onNewTerminal = ["script", "-qec", argv.map(quote).join(" "), "/dev/null"];
    return this.#runInherited(process.stdin.isTTY ? onNewTerminal : argv, options);
  }

  /** Shuts down in order and boots again, with all that was written to the disk. */
  async reboot(): Promise<void> {
    await this.#bootAgain(rebootSignal);
  }

  /**
   * Ends everything at once, without any shutdown, and boots again. All that was written before is there, even what nobody
   * has synced: the kernel, which would lose it, is the host's.
   */
  async crash(): Promise<void> {
    await this.#bootAgain("SIGKILL");
  }

  /** Pulls the plug, and removes what is left: nothing that it could still write would be kept. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#pullPlug();
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #runInherited(argv: readonly string[], options: SpawnOptions): Promise<number> {
    const nowhere = openSync("/dev/null", "w");
    const child = spawn("nsenter", this.#enter(argv, options), {
      env: { ...environment, TERM: process.env["TERM"] ?? environment.TERM },
      stdio: ["inherit", "inherit", "inherit", nowhere],
    });
    closeSync(nowhere);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 255));
    });
  }

  #enter(argv: readonly string[], { user = "root", env = {} }: SpawnOptions): string[] {
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = assignments.length === 0 ? argv : ["env", ...assignments, ...argv];
    const target = String(this.#record.init.pid);
    const wait = ["/bin/sh", "-c", waitScript, "wait", enterScript, "enter", user, ...command];
    return ["--target", target, "--all", "--root", "--wd", "--no-fork", "--", ...wait];
  }

  async #bootAgain(signal: NodeJS.Signals | number): Promise<void> {
    const hardware = this.#hardware;
    if (hardware === undefined) throw new Error("only the process that has booted a machine can boot it again");
    await this.#signalInit(signal);
    await hardware.off();
    this.#record = { ...this.#record, init: await hardware.powerOn() };
  }

  async #pullPlug(): Promise<void> {
    await this.#signalInit("SIGKILL");
    await this.#off();
    await this.#hardware?.scrap();
  }

  async #off(): Promise<void> {
    if (this.#hardware !== undefined) return this.#hardware.off();
    await disappearance(this.#record.init);
    await removeCgroup(this.#record.cgroup);
  }

  async #signalInit(signal: NodeJS.Signals | number): Promise<void> {
    if (await isRunning(this.#record.init)) process.kill(this.#record.init.pid, signal);
  }
}

function pipesOf({ stdin, stdout, stderr, stdio }: ChildProcess): MachinePipes {
  const number = stdio[3];
  if (
    stdin instanceof Writable &&
    stdout instanceof Readable &&
    stderr instanceof Readable &&
    number instanceof Readable
  ) {
    return { stdin, stdout, stderr, number };
  }
  throw new Error("a process was started without its pipes");
}

/** The kernel tells only a parent when a process ends; anybody else has to look. */
async function disappearance(identity: ProcessIdentity): Promise<void> {
  while (await isRunning(identity)) await new Promise((resolve) => setTimeout(resolve, 50));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
