import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The pipes of a process in a machine; `number` tells its process number in there. */
export interface MachinePipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly number: Readable;
}

export interface WaitOptions {
  readonly on?: "stdout" | "stderr";
  readonly timeoutMs?: number;
}

/** A process that runs inside a machine. Its input stays open until `end()`. */
export class MachineProcess {
  /** Resolves with the exit code (128 + n after signal n) when the process has ended and nobody holds its output any more. */
  readonly exited: Promise<number>;
  /** Its process number as the machine counts. */
  readonly pid: number;
  readonly #pipes: MachinePipes;
  readonly #output = { stdout: "", stderr: "" };
  readonly #watchers = new Set<() => void>();
  #exitCode: number | undefined;

  /** Resolves when the process has started in the machine. */
  static async started(child: ChildProcess, pipes: MachinePipes): Promise<MachineProcess> {
    const exited = exitOf(child);
    const number = await firstLine(pipes.number);
    pipes.number.destroy();
    if (number === "") throw new Error("the process did not start: is its machine still running?");
    return new MachineProcess(Number(number), exited, pipes);
  }

  private constructor(pid: number, exited: Promise<number>, pipes: MachinePipes) {
    this.pid = pid;
    this.#pipes = pipes;
    this.exited = exited.then((code) => {
      this.#exitCode = code;
      this.#wakeWatchers();
      return code;
    });
    this.#collect("stdout");
    this.#collect("stderr");
    // A process may end without reading all its input; that is its business.
    pipes.stdin.on("error", () => undefined);
  }

  /** All that it has printed so far. */
  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** Undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  write(input: string | Uint8Array): void {
    this.#pipes.stdin.write(input);
  }

  /** Closes its input. */
  end(): void {
    this.#pipes.stdin.end();
  }

  /** Resolves with the first match in all that it has printed; rejects when it ends or the time is up without one. */
  async waitFor(pattern: RegExp, { on = "stdout", timeoutMs = 20_000 }: WaitOptions = {}): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (conclude: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        conclude();
      };
      const fail = (reason: string): void => {
        const { stdout, stderr } = this.#output;
        const error = new Error(`${reason} before ${String(pattern)} came on ${on}\n${excerpt({ stdout, stderr })}`);
        settle(() => reject(error));
      };
      const look = (): void => {
        const match = pattern.exec(this.#output[on]);
        if (match !== null) settle(() => resolve(match));
        else if (this.#exitCode !== undefined) fail(`the process ended with ${String(this.#exitCode)}`);
      };
      const timer = setTimeout(() => fail(`${String(timeoutMs)} ms passed`), timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  #collect(stream: "stdout" | "stderr"): void {
    this.#pipes[stream].setEncoding("utf8").on("data", (text: string) => {
      this.#output[stream] += text;
      this.#wakeWatchers();
    });
  }

  #wakeWatchers(): void {
    for (const look of this.#watchers) look();
  }
}

/** What a process has printed, for an error message. */
export function excerpt({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `--- stdout\n${stdout.slice(-2000)}\n--- stderr\n${stderr.slice(-2000)}`;
}

async function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** The first line, or "" when there is none. Whoever writes it may keep the pipe open. */
async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  return "";
}
