/** The only file that knows the process it runs in: arguments, streams, environment, exit code. */
import { hostname } from "node:os";
import type { WriteStream } from "node:tty";
import { run } from "./cli.ts";
import type { Context, Output } from "./context.ts";
import { exitCodes } from "./errors.ts";
import { createFiles } from "./os/files.ts";
import { logFiles } from "./os/log-files.ts";
import { programs } from "./os/programs.ts";
import { untrustedFiles } from "./os/untrusted-files.ts";
import { readDetails, readReport, type ThisMachine } from "./read-report.ts";

const thisMachine: ThisMachine = {
  files: createFiles(),
  untrustedFiles,
  logFiles,
  programs,
  now: Date.now,
  hostName: hostname,
  observer: process.pid,
};

const context: Context = {
  out: outputTo(process.stdout),
  err: outputTo(process.stderr),
  env: process.env,
  readReport: async (source, detail) => readReport(source, detail, thisMachine),
  readDetails: async (session, report, source) => readDetails(session, report, source, thisMachine),
};

leaveQuietlyWithoutReader(process.stdout);
leaveQuietlyWithoutReader(process.stderr);
process.exitCode = await run(process.argv.slice(2), context).catch(reportDefect);

/** Node would end with 1, which means "nothing matched". */
function reportDefect(error: unknown): number {
  const trace = error instanceof Error ? error.stack : undefined;
  context.err.write(`sshctl: a defect of sshctl, please report it:\n${trace ?? String(error)}\n`);
  return exitCodes.fatal;
}

function outputTo(stream: WriteStream): Output {
  return {
    write: (text) => stream.write(text),
    isTerminal: stream.isTTY,
    width: stream.columns || 80,
  };
}

/** `sshctl list | head -1`: who has read enough closes the pipe, and that is no error. */
function leaveQuietlyWithoutReader(stream: WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.done);
  });
}
