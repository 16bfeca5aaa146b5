/** Proves that a connection goes on of which one terminal has ended. */
import { companionsOf, matter } from "../../../domain/companions.ts";
import type { Pid } from "../../../domain/process.ts";
import type { SessionReport } from "../../../domain/session.ts";
import { rereadProcess } from "../../../system/procfs/processes.ts";
import type { KillMachine } from "../machine.ts";
import type { ConnectionRest, KillResult } from "../plan/kill-plan.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import type { KillProblem } from "../plan/problem.ts";

/** What is left of a connection of which one terminal was to end. */
export function restOf(
  { session, channel }: Termination,
  { processes }: SessionReport,
  { files }: Pick<KillMachine, "files">,
): ConnectionRest | undefined {
  if (channel === undefined) return undefined;
  const isThere = (pid: Pid) => {
    const process = processes.get(pid);
    return process !== undefined && rereadProcess(files, process) !== undefined;
  };
  return {
    isConnected: isThere(session.pid) && isThere(session.identity.pid),
    lost: companionsOf(session, channel).channels.filter(({ pid }) => !isThere(pid)),
  };
}

/** Over a connection that carried nothing else, its client has no reason to stay. */
export function moreEnded({ end: { termination }, rest }: KillResult): KillProblem[] {
  const { session, channel } = termination;
  if (rest === undefined || !matter(companionsOf(session, channel))) return [];
  if (!rest.isConnected) return [{ kind: "more-ended", session, lost: "connection" }];
  return rest.lost.length > 0 ? [{ kind: "more-ended", session, lost: rest.lost }] : [];
}
