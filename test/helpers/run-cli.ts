import { run } from "../../src/cli.ts";
import type { Context } from "../../src/context.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import type { ExitCode } from "../../src/errors.ts";
import { report } from "./sessions.ts";

/** The world of one run. */
export interface World {
  sessions?: readonly Session[];
  /** The whole report, where the sessions alone do not say enough. */
  report?: SessionReport;
  /** Thrown instead of giving a report. */
  failure?: Error;
  /** Columns of the terminal; without them stdout is a pipe. */
  width?: number;
  env?: Context["env"];
}

export interface Outcome {
  exitCode: ExitCode;
  out: string;
  err: string;
}

/** `sshctl ARGS` in a world made up by the test. */
export async function sshctl(args: readonly string[], world: World = {}): Promise<Outcome> {
  const written = { out: "", err: "" };
  const output = (stream: "out" | "err") => ({
    write: (text: string) => {
      written[stream] += text;
    },
    isTerminal: world.width !== undefined,
    width: world.width ?? 80,
  });
  const exitCode = await run(args, {
    out: output("out"),
    err: output("err"),
    env: world.env ?? {},
    readReport: async () => {
      if (world.failure !== undefined) throw world.failure;
      return world.report ?? report(world.sessions ?? []);
    },
    readDetails: async (session) =>
      Promise.resolve({ session, ancestors: [], processes: [], cgroup: undefined, traffic: undefined, warnings: [] }),
  });
  return { exitCode, ...written };
}
