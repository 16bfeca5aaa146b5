import type { Process } from "../../../domain/process.ts";
import { isLeftover, type Session } from "../../../domain/session.ts";
import type { OwnScopes } from "../../../system/systemd/login-scope.ts";
import type { KillMachine } from "../machine.ts";
import type { KillPlan } from "../plan/kill-plan.ts";
import { isGone, type KillOutcome } from "../plan/outcome.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import type { KillRequest } from "../request.ts";
import { endLeftovers } from "./end-leftovers.ts";
import { waitForLeftovers, type SessionProcesses } from "./session-processes.ts";

/**
 * What still runs of what the sessions have started; nothing, when it was to end too and did. What is left behind by those that are
 * over is all that there is to end.
 */
export async function findLeftovers(
  { report, sessionProcesses }: KillPlan,
  { options }: KillRequest,
  scopes: OwnScopes,
  machine: KillMachine,
  interruption: AbortSignal,
): Promise<SessionProcesses> {
  const isToEnd = (session: Session) =>
    !interruption.aborted && (options.everything || (isLeftover(session) && options.escalate));
  const [toEnd, others] = [true, false].map(
    (wanted) => new Map([...sessionProcesses].filter(([session]) => isToEnd(session) === wanted)),
  );
  return new Map([
    ...(await waitForLeftovers(others ?? new Map(), machine, interruption)),
    ...(toEnd === undefined || toEnd.size === 0
      ? []
      : await endLeftovers(toEnd, report, scopes, machine, interruption)),
  ]);
}

/** What is left behind is gone when nothing of it is left: it may have started more while it was ended. */
export function provenOutcome(
  { session }: Termination,
  outcome: KillOutcome,
  [living]: readonly Process[],
): KillOutcome {
  if (!isLeftover(session) || !isGone(outcome) || living === undefined) return outcome;
  return { kind: "survived", why: { kind: "process", pid: living.pid, comm: living.comm, state: undefined } };
}
