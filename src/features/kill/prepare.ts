import { dangersAmong } from "./plan/critical-programs.ts";
import type { PlannedKill } from "./plan/result.ts";
import { planKill } from "./plan/plan-kill.ts";
import type { Acts, Method } from "./deliver/acts.ts";
import type { Belongings } from "./deliver/read-belongings.ts";
import type { Found } from "./request.ts";
import type { KillWish } from "./options.ts";
import { doomedPids, planListeners, type ListenerPlan } from "./listeners.ts";

/** Everything that is looked up before the first signal. */
export interface Prepared {
  planned: PlannedKill;
  /** What the sessions have started, with the identities of the processes. */
  belongings: Belongings;
  listeners: ListenerPlan;
  method: Method;
}

/** @throws UsageError, FatalError when the wish cannot be fulfilled exactly. */
export async function prepare({ report, chosen }: Found, wish: KillWish, acts: Acts): Promise<Prepared> {
  const { cuts, spared } = planKill(report, chosen.sessions, wish);
  const listeners = await planListeners(wish, report, acts);
  const method = { backend: wish.backend, doomed: doomedPids(listeners) };
  const commands = cuts.length === 0 ? [] : await acts.preview(cuts, wish.signal, method);
  const belongings = acts.readBelongings(
    cuts.map(({ session }) => session),
    report,
  );
  const described = acts.describe(belongings);
  const forbidden = acts.findForbidden(cuts);
  const ends = cuts.map((cut) => ({
    cut,
    belongings: described.get(cut.session) ?? [],
    dangers: dangersAmong(belongings.get(cut.session) ?? []),
    isPermitted: !forbidden.has(cut),
  }));
  return { planned: { report, ends, spared, undecided: chosen.undecided, commands }, belongings, listeners, method };
}
