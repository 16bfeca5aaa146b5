/** Why sessions that a rule means are left alone all the same: what kill would spare, and what a program without a person must not end. */
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { describeSpared, makePlan, usualOptions, type PlannedEnd } from "../../kill/end-sessions.ts";
import type { Rule } from "../rules/rule.ts";
import type { PolicyMachine } from "./machine.ts";

/** A session, and the rule that means it. */
export interface Meant {
  session: Session;
  rule: Rule;
}

/**
 * @returns reasons by the identities of sessions, each of which follows after "spared: "; nothing for those that may end.
 * @throws FatalError where it cannot be told whom /etc/sshctl/protected protects.
 */
export async function findExemptions(
  meant: readonly Meant[],
  report: SessionReport,
  machine: PolicyMachine,
): Promise<Map<string, string>> {
  if (meant.length === 0) return new Map();
  const rules = new Map(meant.map(({ session, rule }) => [session, rule]));
  const chosen = { sessions: [...rules.keys()], undecided: [] };
  const { ends, spared } = await makePlan({ report, chosen }, usualOptions, machine);
  const reasons = new Map(spared.map((each) => [sessionId(each.session.identity), describeSpared(each)]));
  for (const end of ends) {
    const { session } = end.termination;
    const why = session.self === false ? whyNotNow(end, rules.get(session), machine) : "it may be your own session";
    if (why !== undefined) reasons.set(sessionId(session.identity), why);
  }
  return reasons;
}

function whyNotNow(end: PlannedEnd, rule: Rule | undefined, machine: PolicyMachine): string | undefined {
  if (end.termination.session.frozen !== undefined) return "it is frozen, so that somebody looks at it";
  if (runsSshctl(end, machine)) return "sshctl runs in it";
  const [danger] = end.dangers;
  if (danger === undefined || rule?.evenCritical === true) return undefined;
  return `${danger.name} (PID ${String(danger.pid)}) runs in it, which ${danger.danger}`;
}

/**
 * Whether root runs sshctl in it: a name can be borrowed, so it has to be root's process, and Node.js that runs it.
 */
function runsSshctl({ sessionProcesses }: PlannedEnd, { files, observer }: PolicyMachine): boolean {
  return sessionProcesses.some(
    ({ pid, uid, commandLine }) =>
      pid !== observer &&
      uid === 0 &&
      /(?:^|[/ ])sshctl(?:\.js)?(?: |$)/.test(commandLine ?? "") &&
      /\/node[^/]*$/.test(orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? ""),
  );
}
