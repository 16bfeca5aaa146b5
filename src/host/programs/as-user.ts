import { runGroup, type ProgramLimits } from "./run-group.ts";
import { fixedEnvironment } from "./run.ts";

/** How a program of a user's has ended. */
export type UserProgramEnd =
  | { kind: "ended"; stdout: string }
  /** Its time was up. */
  | { kind: "late" }
  | { kind: "too-much" }
  /** It could not be started. */
  | { kind: "problem"; problem: string };

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
    limits: ProgramLimits,
  ) => Promise<UserProgramEnd>;
}

export const userPrograms: UserPrograms = {
  run: async (user, command, environment, limits) => {
    const [name = "", ...args] = [...becoming(user), ...inHome(environment), ...command];
    const end = await runGroup({ name, args, env: fixedEnvironment, folder: "/", limits });
    switch (end.kind) {
      case "ended":
        return { kind: "ended", stdout: end.stdout.toString("utf8") };
      case "missing":
        return { kind: "problem", problem: `there is no ${name}` };
      case "stopped":
        return { kind: "late" };
      case "late":
      case "too-much":
      case "problem":
        return end;
    }
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
