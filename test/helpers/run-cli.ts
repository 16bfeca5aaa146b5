import { run } from "../../src/cli/run.ts";
import { commands } from "../../src/commands.ts";
import type { Context, Prompts } from "../../src/cli/context.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import type { DoctorHost } from "../../src/doctor/host.ts";
import type { ExitCode } from "../../src/errors.ts";
import type { KeysHost } from "../../src/keys/host.ts";
import type { Acts } from "../../src/features/kill/deliver/acts.ts";
import type { TimeoutHost } from "../../src/host/host.ts";
import type { LivePorts } from "../../src/live/ports.ts";
import { livePorts } from "./live.ts";
import { report } from "./sessions.ts";

/** The world of one run. */
export interface World {
  sessions?: readonly Session[];
  /** The whole report, where the sessions alone do not say enough. */
  report?: SessionReport;
  /** One report after the other, where the command looks more than once. */
  reports?: () => SessionReport;
  /** Thrown instead of giving a report. */
  failure?: Error;
  /** Who has an account; whoever is asked about unless told otherwise. */
  users?: readonly string[];
  /** The machine whose limits are changed; without one it must not be asked for. */
  timeoutHost?: TimeoutHost;
  /** The machine whose keys are looked at; without one it must not be asked for. */
  keysHost?: KeysHost;
  /** The machine that is examined; without one it must not be asked for. */
  doctorHost?: DoctorHost;
  /** Columns of the terminal; without them stdout is a pipe. */
  width?: number;
  env?: Context["env"];
  /** What can be done to the machine; nothing unless told otherwise. */
  acts?: Acts;
  /** Whoever sits at the terminal; nobody unless told otherwise. */
  prompts?: Prompts;
  /** What is seen, or goes wrong, one look after the other; the last one stays. */
  looks?: readonly (SessionReport | Error)[];
  /** Reads a recorded host, instead of all that is made up. */
  reading?: Pick<Context, "readReport" | "readDetails" | "acts">;
  /** What goes on longer than one look; a clock that runs at once, and no journal, unless told otherwise. */
  live?: LivePorts;
}

/** A machine to which nothing may be done. */
const noActs = new Proxy({} as Acts, {
  get: (_, name) => {
    throw new Error(`the command must not ask for ${String(name)}`);
  },
});

export interface Outcome {
  exitCode: ExitCode;
  out: string;
  err: string;
}

/** `sshctl ARGS` in a world made up by the test. */
export async function sshctl(args: readonly string[], world: World = {}): Promise<Outcome> {
  let looks = 0;
  const written = { out: "", err: "" };
  const output = (stream: "out" | "err") => ({
    write: (text: string) => {
      written[stream] += text;
    },
    isTerminal: world.width !== undefined,
    width: world.width ?? 80,
  });
  const context: Context = {
    out: output("out"),
    err: output("err"),
    env: world.env ?? {},
    readReport: async () => {
      if (world.failure !== undefined) throw world.failure;
      const look = world.looks?.[Math.min(looks, world.looks.length - 1)];
      looks += 1;
      if (look instanceof Error) throw look;
      if (look !== undefined) return look;
      return world.reports?.() ?? world.report ?? report(world.sessions ?? []);
    },
    readDetails: async (session) =>
      Promise.resolve({ session, ancestors: [], processes: [], cgroup: undefined, traffic: undefined, warnings: [] }),
    isUser: async (name) => Promise.resolve(world.users?.includes(name) ?? true),
    acts: async () => Promise.resolve(world.acts ?? noActs),
    live: async () => Promise.resolve(world.live ?? livePorts()),
    prompts: async () => Promise.resolve(world.prompts),
    interruptible: async (work) => work(new AbortController().signal),
    timeoutHost: async () => {
      if (world.timeoutHost === undefined) throw new Error("The limits were asked for.");
      return Promise.resolve(world.timeoutHost);
    },
    keysHost: async () => {
      if (world.keysHost === undefined) throw new Error("The keys were asked for.");
      return Promise.resolve(world.keysHost);
    },
    doctorHost: async () => {
      if (world.doctorHost === undefined) throw new Error("The machine was to be examined.");
      return Promise.resolve(world.doctorHost);
    },
    ...world.reading,
  };
  const exitCode = await run(args, context, commands);
  return { exitCode, ...written };
}
