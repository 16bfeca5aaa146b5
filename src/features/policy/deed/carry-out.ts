/** Does what was decided: warns, ends through the door of `kill`, and writes down each act with the rule's name. */
import type { SessionReport } from "../../../domain/session.ts";
import { sessionId } from "../../../domain/session.ts";
import { actId } from "../../../system/acts/act-id.ts";
import { recordActs } from "../../../system/acts/record-acts.ts";
import { unrecorded } from "../../../system/acts/unrecorded.ts";
import { readCaller } from "../../../system/caller.ts";
import { groupBy } from "../../../domain/group-by.ts";
import {
  describeOutcome,
  describeProblem,
  endUnasked,
  isGone,
  recordOfSession,
  usualLayout,
  usualOptions,
  type KillRequest,
} from "../../kill/end-sessions.ts";
import { painterFor } from "../../../text/color.ts";
import type { Step } from "../engine/advance.ts";
import type { Rule } from "../rules/rule.ts";
import type { PolicyMachine } from "./machine.ts";
import { tellUser } from "./tell.ts";

/** What became of one step. */
export interface Deed {
  step: Step;
  isDone: boolean;
  /** In words, for people. */
  outcome: string;
}

/** @param say - is told what went wrong beside the sessions. */
export async function warnOne(step: Step, machine: PolicyMachine, say: (problem: string) => void): Promise<Deed> {
  const { text, isTold } = tellUser(step, machine);
  const outcome = isTold
    ? step.kind === "tell"
      ? "was told"
      : "was warned"
    : "could not be told: it has no terminal that takes it";
  const act = recordOfSession({
    id: actId(machine.now(), machine.state.token()),
    act: "policy",
    isDone: isTold,
    caller: readCaller(machine.files),
    reason: step.rule.reason,
    session: step.session,
    terminal: undefined,
    signal: undefined,
    outcome,
    evenProtected: [],
    rule: step.rule.name,
    text,
  });
  for (const log of await recordActs([act], machine)) say(unrecorded(log));
  return { step, isDone: isTold, outcome };
}

/** Ends them, rule by rule. */
export async function endAll(
  steps: readonly Step[],
  report: SessionReport,
  machine: PolicyMachine,
  interruption: AbortSignal,
  say: (problem: string) => void,
): Promise<Deed[]> {
  const deeds: Deed[] = [];
  for (const [rule, ofRule] of groupBy(steps, (step) => step.rule))
    deeds.push(...(await endByRule(rule, ofRule, report, machine, interruption, say)));
  return deeds;
}

async function endByRule(
  rule: Rule,
  steps: readonly Step[],
  report: SessionReport,
  machine: PolicyMachine,
  interruption: AbortSignal,
  say: (problem: string) => void,
): Promise<Deed[]> {
  const found = { report, chosen: { sessions: steps.map(({ session }) => session), undecided: [] } };
  const done = await endUnasked(found, requestFor(rule, found), machine, interruption);
  for (const problem of done?.problems ?? []) say(describeProblem(problem));
  const outcomes = new Map(
    (done?.results ?? []).map(({ end, outcome }) => [sessionId(end.termination.session.identity), outcome]),
  );
  return steps.map((step) => {
    const outcome = outcomes.get(step.id);
    return outcome === undefined
      ? { step, isDone: false, outcome: "was left alone" }
      : { step, isDone: isGone(outcome), outcome: describeOutcome(outcome) };
  });
}

function requestFor({ name, action, graceSeconds, reason }: Rule, found: Awaited<ReturnType<KillRequest["find"]>>) {
  const look = { width: undefined, chalk: painterFor("never", {}, false) };
  const request: KillRequest = {
    command: "policy",
    rule: name,
    options: {
      ...usualOptions,
      graceMs: graceSeconds * 1000,
      everything: action === "kill-everything",
      reason,
      yes: true,
    },
    find: async () => Promise.resolve(found),
    mustConfirm: () => false,
    alsoNewcomers: false,
    layout: usualLayout,
    look,
    planStyle: look,
  };
  return request;
}
