import { run } from "../../src/cli/run.ts";
import { commands } from "../../src/commands.ts";
import type { Context, Prompts } from "../../src/cli/context.ts";
import type { NamedUser } from "../../src/domain/accounts.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import type { ExitCode } from "../../src/errors.ts";
import type { KeyNames } from "../../src/report/key-comments.ts";
import type { TerminalKeeper } from "../../src/domain/terminal-keeper.ts";
import type { Reports } from "../../src/report/reports.ts";
import type { Programs } from "../../src/host/programs/run.ts";
import { unlimitedReader } from "./answers.ts";
import { fakeHost, type FakeHost } from "./fake-host.ts";
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
  /** Whom names mean to a directory; themselves unless told otherwise. */
  directory?: Readonly<Record<string, NamedUser>>;
  /** What keys are called; not known unless told otherwise. */
  keyNames?: KeyNames;
  /** Of a terminal that no session has. */
  keeper?: TerminalKeeper;
  /** Who has an account; whoever is asked about unless told otherwise. */
  users?: readonly string[];
  /** The machine; a plain Debian unless told otherwise. */
  host?: FakeHost;
  /** Columns of the terminal; without them stdout is a pipe. */
  width?: number;
  env?: Context["env"];
  /** Ctrl-C, where somebody presses it. */
  interruption?: AbortSignal;
  /** Whoever sits at the terminal; nobody unless told otherwise. */
  prompts?: Prompts;
  /** What is seen, or goes wrong, one look after the other; the last one stays. */
  looks?: readonly (SessionReport | Error)[];
  /** Reads a recorded host, instead of all that is made up. */
  reading?: Pick<Context, "reports" | "host">;
  /** What goes on longer than one look; nothing unless told otherwise. */
  live?: Partial<Pick<Reports, "followLogins" | "openScanner">>;
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
  const host = world.host ?? fakeHost({ texts: { "/etc/passwd": "" }, run: directoryOf(world) });
  const reports = reportsIn(world, host);
  const context: Context = {
    out: output("out"),
    err: output("err"),
    env: world.env ?? {},
    host: async () => Promise.resolve(host),
    reports: async () => Promise.resolve(reports),
    prompts: async () => Promise.resolve(world.prompts),
    interruptible: async (work) => work(world.interruption ?? new AbortController().signal),
    ...world.reading,
  };
  const exitCode = await run(args, context, commands);
  return { exitCode, ...written };
}

/** A directory that knows these users, or everybody. */
function directoryOf(world: World): Programs["run"] {
  return async (name, args) => {
    const user = args.at(-1) ?? "";
    if (name !== "getent") return Promise.resolve(undefined);
    if (world.users?.includes(user) === false) return Promise.resolve({ stdout: "", exitCode: 2 });
    const uid = uidIn(world, user) ?? 59_999;
    return Promise.resolve({ stdout: `${user}:*:${String(uid)}:100::/:/bin/sh\n`, exitCode: 0 });
  };
}

/** Of a user who is logged in. */
function uidIn({ sessions = [], report: seen, looks = [] }: World, name: string): number | undefined {
  const reports = [seen ?? [], looks.flatMap((look) => (look instanceof Error ? [] : look))].flat();
  const all = [...sessions, ...reports.flatMap((each) => each.sessions)];
  return all.find(({ user }) => user === name)?.uid;
}

/** What a test says of the name, what its sessions say, or else its host. */
async function meaningIn(world: World, host: FakeHost, name: string): Promise<NamedUser> {
  const uid = uidIn(world, name);
  if (uid !== undefined) return { kind: "account", uid, name, others: [] };
  return world.directory?.[name] ?? host.findUser(name);
}

function reportsIn(world: World, host: FakeHost): Reports {
  let looks = 0;
  return {
    read: async () => {
      if (world.failure !== undefined) throw world.failure;
      const look = world.looks?.[Math.min(looks, world.looks.length - 1)];
      looks += 1;
      if (look instanceof Error) throw look;
      if (look !== undefined) return look;
      return world.reports?.() ?? world.report ?? report(world.sessions ?? []);
    },
    details: async (session) =>
      Promise.resolve({ session, ancestors: [], processes: [], cgroup: undefined, traffic: undefined, warnings: [] }),
    keeperOf: async () => Promise.resolve(world.keeper),
    findUser: async (name) => meaningIn(world, host, name),
    accountNames: async () => Promise.resolve(world.users ?? []),
    keyNames: async () => Promise.resolve(world.keyNames),
    logins: host.logins,
    followLogins: async () => Promise.resolve(() => undefined),
    openScanner: async () => Promise.reject(new Error("only the screen needs a scanner")),
    openAnswerReader: async () => Promise.resolve(unlimitedReader),
    ...world.live,
  };
}
