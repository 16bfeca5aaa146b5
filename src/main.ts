/**
 * The only file that knows the process it runs in: arguments, streams, environment, exit code. The threads that read the machine for
 * the screen of `watch`, and what other hosts have sent, begin here too.
 */
import { run } from "./cli/run.ts";
import { commands } from "./commands.ts";
import type { Context } from "./cli/context.ts";
import { exitCodes, FatalError } from "./errors.ts";
import type { Host } from "./host/host.ts";
import type { Reports } from "./report/reports.ts";
import { standardStream } from "./cli/streams.ts";
import { answersMark, scannerMark } from "./report/thread/thread-mark.ts";

let host: Promise<Host> | undefined;
let reports: Promise<Reports> | undefined;

const context: Context = {
  out: standardStream(1, () => process.stdout, onOutputTrouble),
  err: standardStream(2, () => process.stderr, onOutputTrouble),
  env: process.env,
  host: loadHost,
  reports: async () => (reports ??= loadReports()),
  prompts: async () =>
    process.stdin.isTTY && process.stderr.isTTY ? (await import("./cli/prompts.ts")).terminalPrompts : undefined,
  interruptible,
};

/** Whether something is done that must come to its end and be told by the exit code, reader or not. */
let hasActed = false;

nameCurrentFolder();

// Threads of our own begin here, too: scanner.ts, answer-reader.ts.
if (process.argv[2] === scannerMark) void import("./report/thread/scanner-thread.ts");
else if (process.argv[2] === answersMark) void import("./report/thread/answers-thread.ts");
else void main();

/** The caller may stand in a folder that was deleted. Packages ask for its name, and this name is always true. */
function nameCurrentFolder(): void {
  try {
    process.cwd();
  } catch {
    process.cwd = () => "/proc/self/cwd";
  }
}

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), context, commands).catch(reportDefect);
  // What goes on without its terminal has a result to tell by its exit code.
  if (hasActed) (await import("./cli/lost-terminals.ts")).letGoOfLostTerminals();
}

/** The machine is loaded once it is asked for: a mistyped option is told without. */
async function loadHost(): Promise<Host> {
  return (host ??= import("./host/this-host.ts").then(({ thisHost }) => thisHost(process.pid)));
}

async function loadReports(): Promise<Reports> {
  const [{ reportsOf }, machine] = await Promise.all([import("./report/reports.ts"), loadHost()]);
  return reportsOf(machine);
}

/** Node would end with 1, which means "nothing matched". */
function reportDefect(error: unknown): number {
  const trace = error instanceof Error ? error.stack : undefined;
  context.err.write(`sshctl: a defect of sshctl, please report it:\n${trace ?? String(error)}\n`);
  return exitCodes.fatal;
}

async function interruptible<T>(work: (interruption: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort();
  };
  // A terminal that goes away, perhaps by our own doing, is no reason to stop half-way.
  const goOn = () => undefined;
  hasActed = true;
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", goOn);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt).off("SIGHUP", goOn);
  }
}

/**
 * What was done is told by the exit code, whoever reads: the terminal may have ended with the session. Otherwise a reader who
 * has read enough, as in `sshctl list | head -1`, is no error.
 *
 * @throws FatalError
 */
function onOutputTrouble(code: string): void {
  if (hasActed) return;
  if (code === "EPIPE") process.exit(exitCodes.done);
  throw new FatalError(`The output cannot be written: ${code}.`);
}
