/** The only file that knows the process it runs in: arguments, streams, environment, exit code. */
import { run } from "./cli/run.ts";
import { commands } from "./commands.ts";
import type { Context } from "./cli/context.ts";
import { exitCodes, FatalError } from "./errors.ts";
import { standardStream } from "./cli/streams.ts";
import { threadMark } from "./report/thread/thread-mark.ts";

const context: Context = {
  out: standardStream(1, () => process.stdout, onOutputTrouble),
  err: standardStream(2, () => process.stderr, onOutputTrouble),
  env: process.env,
  readReport: async (source, detail) => (await loadMachine()).readReport(source, detail),
  readDetails: async (session, report, source) => (await loadMachine()).readDetails(session, report, source),
  isUser: async (name) => (await import("./accounts-here.ts")).isUser(name),
  acts: async () => (await import("./acts-here.ts")).actsHere(process.pid),
  live: async () => (await import("./live-here.ts")).liveHere(process.pid),
  prompts: async () =>
    process.stdin.isTTY && process.stderr.isTTY ? (await import("./cli/prompts.ts")).terminalPrompts : undefined,
  interruptible,
  timeoutHost: async () => (await import("./host/this-host.ts")).timeoutHost(),
  keysHost: async () => (await import("./features/keys/revoke/revocation-list.ts")).keysHost(),
  doctorHost: async () => (await import("./doctor-host.ts")).doctorHost(context),
};

let machine: Promise<Pick<Context, "readReport" | "readDetails">> | undefined;

/** Whether something is done that must come to its end and be told by the exit code, reader or not. */
let hasActed = false;

// A thread of our own begins here, too: scanner.ts.
if (process.argv[2] === threadMark) void import("./report/thread/scanner-thread.ts");
else void main();

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), context, commands).catch(reportDefect);
}

/** What asks about the machine is loaded once it is asked for: a mistyped option is told without. */
async function loadMachine(): Promise<Pick<Context, "readReport" | "readDetails">> {
  machine ??= import("./this-machine.ts").then(({ thisMachine }) => thisMachine(process.pid));
  return machine;
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
