import { dangersAmong } from "./plan/critical-programs.ts";
import type { KillPlan } from "./plan/kill-plan.ts";
import { planTerminations } from "./plan/plan-terminations.ts";
import type { Acts, Method } from "./deliver/acts.ts";
import type { SessionProcesses } from "./deliver/session-processes.ts";
import type { Found } from "./request.ts";
import type { KillOptions } from "./options.ts";
import { pidsToStop, planListeners, type ListenerPlan } from "./listeners.ts";

/** Everything that is looked up before the first signal. */
export interface PreparedKill {
  planned: KillPlan;
  /** What the sessions have started, with the identities of the processes. */
  sessionProcesses: SessionProcesses;
  listeners: ListenerPlan;
  method: Method;
}

/** @throws UsageError, FatalError when the wish cannot be fulfilled exactly. */
export async function makePlan({ report, chosen }: Found, options: KillOptions, acts: Acts): Promise<PreparedKill> {
  const { terminations, spared } = planTerminations(report, chosen.sessions, options);
  const listeners = await planListeners(options, report, acts);
  const method = { backend: options.backend, listenersToStop: pidsToStop(listeners) };
  const commands = terminations.length === 0 ? [] : await acts.preview(terminations, options.signal, method);
  const sessionProcesses = acts.readSessionProcesses(
    terminations.map(({ session }) => session),
    report,
  );
  const described = acts.describe(sessionProcesses);
  const forbidden = acts.findForbidden(terminations);
  const ends = terminations.map((termination) => ({
    termination,
    sessionProcesses: described.get(termination.session) ?? [],
    dangers: dangersAmong(sessionProcesses.get(termination.session) ?? []),
    isPermitted: !forbidden.has(termination),
  }));
  return {
    planned: { report, ends, spared, undecided: chosen.undecided, commands },
    sessionProcesses,
    listeners,
    method,
  };
}
