import { type ChildProcess, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable, type Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { cachePath } from "./cache.ts";
import { leaveCgroup, newCgroupPath, removeCgroup } from "./cgroup.ts";
import { identify, type ProcessIdentity } from "./process-identity.ts";
import { within } from "./time-limit.ts";

export interface HardwareOptions {
  /** The machine outlives this process. */
  readonly detached?: boolean;
}

const project = fileURLToPath(new URL("../../../", import.meta.url));
const script = fileURLToPath(new URL("hardware.sh", import.meta.url));
const bootTimeoutMs = 60_000;
const offTimeoutMs = 30_000;

const ownMounts = ["unshare", "--mount", "--propagation", "private"];
const dieWithParent = ["setpriv", "--pdeathsig", "KILL"];

/** What a machine runs on: a disk that keeps what was written while the machine is off, and a cgroup for each boot. */
export class Hardware {
  readonly cgroup: string;
  readonly #child: ChildProcess;
  readonly #reports: AsyncIterator<string, unknown>;
  readonly #switch: Writable;
  readonly #console: () => string;
  readonly #gone: Promise<void>;

  /** @param roots - finished root file systems, the uppermost first; none of them is written to. */
  static async assemble(roots: readonly string[], { detached = false }: HardwareOptions): Promise<Hardware> {
    const scratch = cachePath("scratch");
    await mkdir(scratch, { recursive: true });
    const cgroup = await newCgroupPath(detached);
    const command = [...(detached ? [] : dieWithParent), ...ownMounts, "sh", script, roots.join(":"), scratch, cgroup];
    const [program, ...args] = [...command, process.execPath, project];
    // In a session of its own: a Ctrl-C for us is no Ctrl-Alt-Del for the machine.
    return new Hardware(spawn(program, args, { detached: true, stdio: ["pipe", "pipe", "pipe", "pipe"] }), cgroup);
  }

  private constructor(child: ChildProcess, cgroup: string) {
    const { stdin, stdout, stderr, stdio } = child;
    const reports = stdio[3];
    if (stdin === null || !(reports instanceof Readable)) throw new Error("the hardware was started without its pipes");
    this.cgroup = cgroup;
    this.#child = child;
    this.#reports = createInterface({ input: reports })[Symbol.asyncIterator]();
    this.#switch = stdin;
    // It may have ended before it is told anything; the reports say so.
    stdin.on("error", () => undefined);
    this.#console = collect([stdout, stderr]);
    this.#gone = new Promise((resolve) => {
      child.once("error", () => resolve());
      child.once("exit", () => resolve());
    });
  }

  /** Boots; resolves when sshd and logind are up. */
  async powerOn(): Promise<ProcessIdentity> {
    // A used one would not do: a group that hands controllers to its children takes no processes.
    await mkdir(this.cgroup);
    this.#switch.write("on\n");
    try {
      const init = await within(bootTimeoutMs, this.#services());
      if (init === undefined) throw new Error(`no sshd and logind after ${String(bootTimeoutMs)} ms`);
      return init;
    } catch (error) {
      await this.#abandon();
      throw new Error(`the machine does not boot:\n${this.#console()}`, { cause: error });
    }
  }

  /** Resolves when the machine is off, whatever has ended it. It can be switched on again then. */
  async off(): Promise<void> {
    const report = await within(offTimeoutMs, this.#report());
    if (report !== "off") throw new Error(`the machine is not off, but reports ${String(report)}:\n${this.#console()}`);
    await removeCgroup(this.cgroup);
  }

  /** Ends the hardware of a machine that is off, and what its disk holds. */
  async scrap(): Promise<void> {
    this.#switch.end();
    await this.#gone;
  }

  /** Leaves the machine to itself, until it is off for the first time. */
  release(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#child.unref();
  }

  /** Takes the power away from whatever has come up. */
  async #abandon(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
    // It is still dying: the next machine removes the cgroup.
    await removeCgroup(this.cgroup).catch(() => undefined);
  }

  /** Reads what the boot script reports: two process numbers, then one line for each of the two services. */
  async #services(): Promise<ProcessIdentity> {
    const [pid, starter] = (await this.#report()).split(" ").map(Number);
    const init = pid === undefined ? undefined : await identify(pid);
    if (init === undefined || starter === undefined) throw new Error("init has ended at once");
    await leaveCgroup(starter);
    const states = [await this.#report(), await this.#report()];
    if (states.some((state) => state !== "active")) throw new Error(`ssh and logind are ${states.join(" and ")}`);
    return init;
  }

  async #report(): Promise<string> {
    const line = await this.#reports.next();
    if (typeof line.value !== "string") throw new Error("its hardware has failed");
    return line.value;
  }
}

function collect(streams: readonly (Readable | null)[]): () => string {
  let text = "";
  for (const stream of streams) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-10_000);
    });
  }
  return () => text;
}
