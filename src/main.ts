/** The only file that knows the process it runs in: arguments, streams, environment, exit code. */
import { hostname } from "node:os";
import type { WriteStream } from "node:tty";
import { run } from "./cli.ts";
import type { Context, Output } from "./context.ts";
import { assembleSessions } from "./domain/assemble-sessions.ts";
import { exitCodes } from "./errors.ts";
import { createFiles } from "./os/files.ts";
import { programs } from "./os/programs.ts";
import { addDirectoryAccounts } from "./sources/directory-accounts.ts";
import { readSnapshot } from "./sources/procfs/snapshot.ts";

const machine = { files: createFiles(), now: Date.now, hostName: hostname, observer: process.pid };

const context: Context = {
  out: outputTo(process.stdout),
  err: outputTo(process.stderr),
  env: process.env,
  readReport: async () => assembleSessions(await addDirectoryAccounts(readSnapshot(machine), programs)),
};

leaveQuietlyWithoutReader(process.stdout);
leaveQuietlyWithoutReader(process.stderr);
process.exitCode = await run(process.argv.slice(2), context);

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
