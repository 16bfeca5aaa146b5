/** What the service tells of itself after a look. */
import { policyStatusName } from "../../../host/files/policy-path.ts";
import { sessionId } from "../../../domain/session.ts";
import { renderPolicyState, type Coming, type PolicyState } from "../../../system/policy/policy-state.ts";
import { toByteText } from "../../../text/byte-text.ts";
import type { Memory } from "../engine/memory.ts";
import { describeRule } from "../text/rule-text.ts";
import type { Pass, ServiceMachine } from "./pass.ts";

/** What stays the same from look to look. */
export interface Running {
  startedAtMs: number;
  fault: string | undefined;
}

/** @throws FileTrouble */
export function tellState(pass: Pass, running: Running, lookSeconds: number, machine: ServiceMachine): void {
  const state = stateOf(pass, running, lookSeconds, machine);
  if (state !== undefined) machine.policy.write(policyStatusName, toByteText(renderPolicyState(state)));
}

function stateOf(
  { run, report, problem }: Pass,
  { startedAtMs, fault }: Running,
  lookSeconds: number,
  { observer, now }: ServiceMachine,
): PolicyState | undefined {
  const { memory, policy, looks, counts } = run;
  if (memory === undefined) return undefined;
  return {
    bootId: memory.ticks.bootId,
    pid: observer,
    mode: policy.mode,
    intervalSeconds: policy.intervalSeconds,
    startedAtMs,
    lookedAtMs: now(),
    lookSeconds,
    looks,
    rules: policy.rules.map((rule) => ({ name: rule.name, text: describeRule(rule) })),
    problem,
    fault,
    fuse: memory.tripped,
    coming: report === undefined ? [] : comingOf({ run, report, problem }, memory),
    counts,
  };
}

function comingOf({ run, report }: Pass, { pending, ticks }: Memory): Coming[] {
  const actions = new Map(run.policy.rules.map(({ name, action }) => [name, action]));
  return (report?.sessions ?? []).flatMap(({ identity, pid, user }): Coming[] => {
    const session = sessionId(identity);
    const known = pending.get(session);
    if (known === undefined) return [];
    const { rule, warning, exempt } = known;
    const endsAtMs = warning === undefined ? undefined : ticks.nowMs + (warning.end - ticks.uptimeSeconds) * 1000;
    return [{ session, pid, user, rule, action: actions.get(rule) ?? "", endsAtMs, exempt: exempt?.why }];
  });
}
