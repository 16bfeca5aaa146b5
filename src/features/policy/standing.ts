/** A door of this room: how the rules stand, for `doctor`. */
import type { Facts } from "../../host/host.ts";
import { isRunning, readPolicyState } from "../../system/policy/policy-state.ts";
import { readPolicy, whyNoPolicy, type PolicyHost } from "./rules/read-policy.ts";

export type Standing =
  | { kind: "no-rules" }
  /** @property says - a sentence without a full stop. */
  | { kind: "fault"; says: string }
  | { kind: "not-applied"; rules: number }
  | { kind: "stopped"; says: string }
  | { kind: "applied"; rules: number; mode: string };

/** @returns undefined for rules that can be read, of which only root knows whether they are applied. */
export function policyStanding(machine: PolicyHost & Pick<Facts, "now" | "uid">): Standing | undefined {
  const read = readPolicy(machine);
  if (read.kind === "missing") return { kind: "no-rules" };
  if (read.kind !== "policy") return { kind: "fault", says: whyNoPolicy(read).message.replace(/\.$/, "") };
  const rules = read.policy.rules.length;
  if (machine.uid !== 0) return undefined;
  const state = readPolicyState(machine);
  if (state === undefined || !isRunning(state, machine)) return { kind: "not-applied", rules };
  const { fuse, problem, mode } = state;
  if (fuse !== undefined)
    return { kind: "stopped", says: `the fuse has tripped: ${String(fuse.count)} sessions were to end in one pass` };
  return problem === undefined ? { kind: "applied", rules, mode } : { kind: "stopped", says: problem };
}
