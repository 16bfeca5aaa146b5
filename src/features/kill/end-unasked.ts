/** Ends sessions for commands that have asked already, and have shut a door first: locked out a key, locked an account. */
import { sessionId } from "../../domain/session.ts";
import { whyBlind } from "../../domain/warnings.ts";
import { exitCodes } from "../../errors.ts";
import type { TextStyle } from "../../text/grid.ts";
import { carryOut, sessionsBefore } from "./carry-out.ts";
import { exitCodeOf } from "./exit-code.ts";
import { findSettled } from "./find-settled.ts";
import type { KillMachine } from "./machine.ts";
import { makePlan } from "./make-plan.ts";
import { usualLayout, usualOptions } from "./options.ts";
import type { KillReport, KillResult } from "./plan/kill-plan.ts";
import type { Found, KillRequest } from "./request.ts";

/**
 * Ends sessions without a question, for a command that has asked already.
 *
 * @returns undefined where none of them could be touched.
 * @throws UsageError, FatalError when nothing was done.
 */
export async function endUnasked(
  found: Found,
  request: KillRequest,
  machine: KillMachine,
  interruption: AbortSignal,
): Promise<KillReport | undefined> {
  const plan = await makePlan(found, request.options, machine);
  return plan.ends.length === 0 ? undefined : carryOut(plan, sessionsBefore(plan), request, machine, interruption);
}

/** How the sessions are ended. */
export interface EndingOrders {
  /** The command that this is a part of. */
  command: KillRequest["command"];
  /** Of the act that this is a part of. */
  id: string;
  includeSelf: boolean;
  /** Also what the sessions have left running. */
  everything: boolean;
  /** Lines of the file of those who are protected that do not count this once. */
  evenProtected: readonly string[];
  reason: string | undefined;
  look: TextStyle;
}

/** How long after a door was shut somebody may turn up who was let in just before. */
const latecomersMs = 2000;
const pauseMs = 100;

/** What became of the sessions. */
export interface Ending {
  results: readonly KillResult[];
  /** Those that are still open, and those of which it is not known whether they are meant. */
  left: Found["chosen"];
  /** Whether certainly none is left. */
  isComplete: boolean;
}

/**
 * Goes on until nobody is left who was let in before.
 *
 * @param tell - is told what became of sessions as soon as that is known.
 */
export async function endUntilNone(
  find: () => Promise<Found>,
  orders: EndingOrders,
  machine: KillMachine,
  tell: (done: KillReport, layout: KillRequest["layout"]) => Promise<void>,
  now: () => number,
  interruption: AbortSignal,
): Promise<Ending> {
  const request = requestOf(find, orders);
  const untilMs = now() + latecomersMs;
  const tried = new Set<string>();
  const results: KillResult[] = [];
  let isComplete = true;
  for (;;) {
    const { report, chosen } = await findSettled(request, machine.clock);
    const untried = chosen.sessions.filter(({ identity }) => !tried.has(sessionId(identity)));
    for (const { identity } of untried) tried.add(sessionId(identity));
    const done = await endUnasked(
      { report, chosen: { sessions: untried, undecided: [] } },
      request,
      machine,
      interruption,
    );
    if (done !== undefined) {
      isComplete &&= exitCodeOf(done) === exitCodes.done;
      results.push(...done.results);
      await tell(done, request.layout);
    } else if (now() >= untilMs || interruption.aborted) {
      const isNobodyLeft =
        chosen.sessions.length === 0 && chosen.undecided.length === 0 && whyBlind(report.warnings) === undefined;
      return { results, left: chosen, isComplete: isComplete && isNobodyLeft };
    } else await machine.clock.pause(pauseMs, interruption);
  }
}

function requestOf(
  find: () => Promise<Found>,
  { command, id, includeSelf, everything, evenProtected, reason, look }: EndingOrders,
): KillRequest {
  const options = { ...usualOptions, includeSelf, everything, evenProtected, reason, untilNone: true, yes: true };
  return {
    command,
    id,
    options,
    find,
    mustConfirm: () => false,
    alsoNewcomers: true,
    layout: usualLayout,
    look,
    planStyle: look,
  };
}
