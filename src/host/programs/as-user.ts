import { spawn } from "node:child_process";
import { atTheEnd } from "../processes/at-the-end.ts";
import { killGroup } from "./kill-group.ts";
import { fixedEnvironment } from "./run.ts";

/** How a program of a user's has ended. */
export type UserProgramEnd =
  | { kind: "ended"; stdout: string }
  /** Its time was up. */
  | { kind: "late" }
  | { kind: "too-much" }
  /** It could not be started. */
  | { kind: "problem"; problem: string };

export interface UserProgramLimits {
  ms: number;
  bytes: number;
}

/** Programs that belong to a user, who is not trusted: they get nothing of ours but a pipe to write to. */
export interface UserPrograms {
  /**
   * Runs a program with all ids and groups of the user, in the user's home, in a session of its own, without a terminal, input
   * and inherited environment. When it ends, or its time is up, everything in its process group is killed.
   */
  run: (
    user: { uid: number; gid: number },
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    limits: UserProgramLimits,
  ) => Promise<UserProgramEnd>;
}

export const userPrograms: UserPrograms = {
  run: async (user, command, environment, limits) => {
    const [program = "", ...args] = [...becoming(user), ...inHome(environment), ...command];
    return runGroup(program, args, limits);
  },
};

/** setpriv(1): the ids, and the groups that the user has at a login, without opening a login as su and runuser do. */
function becoming({ uid, gid }: { uid: number; gid: number }): string[] {
  if (process.geteuid?.() !== 0 || uid === 0) return [];
  const ids = [`--reuid=${String(uid)}`, `--regid=${String(gid)}`];
  return ["setpriv", ...ids, "--init-groups", "--inh-caps=-all", "--"];
}

/** Only the user may be able to enter the home; where nobody can, a login stays at the root folder, too. */
function inHome(environment: Readonly<Record<string, string>>): string[] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return ["env", "-i", ...variables, "/bin/sh", "-c", 'cd 2>/dev/null; exec "$0" "$@"'];
}

async function runGroup(program: string, args: readonly string[], limits: UserProgramLimits): Promise<UserProgramEnd> {
  return new Promise((settle) => {
    // Detached: setsid(2), so there is no terminal, and one group to kill.
    const child = spawn(program, args, {
      cwd: "/",
      env: fixedEnvironment,
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    const killAll = () => {
      killGroup(child.pid);
    };
    const forget = atTheEnd(killAll);
    const finish = (end: UserProgramEnd) => {
      clearTimeout(timer);
      killAll();
      forget();
      child.stdout.destroy();
      settle(end);
    };
    const timer = setTimeout(() => {
      finish({ kind: "late" });
    }, limits.ms);
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limits.bytes) finish({ kind: "too-much" });
    });
    child.once("error", ({ message }) => {
      finish({ kind: "problem", problem: message });
    });
    // What it leaves in the background may keep the pipe open.
    child.once("exit", killAll);
    child.once("close", () => {
      finish({ kind: "ended", stdout: Buffer.concat(chunks).toString("utf8") });
    });
  });
}
