/** A door of this room: which rules may mean a user, for whoever asks what ends sessions here. */
import type { Account, NamedUser } from "../../domain/accounts.ts";
import { allOf, byUser, not } from "../../domain/selection.ts";
import type { Facts } from "../../host/host.ts";
import type { Reports } from "../../report/reports.ts";
import { isRunning, readPolicyState } from "../../system/policy/policy-state.ts";
import { parseUsers } from "../sessions/selection-options.ts";
import { meaningsIn } from "./check-policy.ts";
import { readPolicy, whyNoPolicy, type PolicyHost } from "./rules/read-policy.ts";
import type { Mode, Policy, Rule } from "./rules/rule.ts";
import { describeRule } from "./text/rule-text.ts";

export interface UserRules {
  mode: Mode;
  /** Whether a service applies them; undefined where only root may know. */
  isApplied: boolean | undefined;
  rules: readonly { name: string; text: string }[];
  /** Why nothing is done by them: what is wrong with the file. */
  fault: string | undefined;
}

/** @returns undefined where there are no rules. */
export async function rulesOfUser(
  account: Pick<Account, "name" | "uid">,
  machine: PolicyHost & Pick<Facts, "now" | "uid">,
  reports: Pick<Reports, "findUser">,
): Promise<UserRules | undefined> {
  const read = readPolicy(machine);
  if (read.kind === "missing") return undefined;
  const state = machine.uid === 0 ? readPolicyState(machine) : undefined;
  const isApplied = machine.uid === 0 ? state !== undefined && isRunning(state, machine) : undefined;
  if (read.kind !== "policy")
    return { mode: state?.mode ?? "observe", isApplied, rules: [], fault: whyNoPolicy(read).message };
  const { policy } = read;
  const meanings = await meaningsIn(policy.rules, reports);
  const rules = mayMean(policy, account, meanings).map((rule) => ({ name: rule.name, text: describeRule(rule) }));
  return { mode: policy.mode, isApplied, rules, fault: undefined };
}

/** Up to the one that spares all sessions of the user. */
function mayMean(
  { rules }: Policy,
  { name, uid }: Pick<Account, "name" | "uid">,
  meanings: ReadonlyMap<string, NamedUser>,
): Rule[] {
  const meaning = (each: string) => meanings.get(each);
  const found: Rule[] = [];
  for (const rule of rules) {
    const [users, others] = [parseUsers(rule.selection, "user"), parseUsers(rule.selection, "not-user")];
    const questions = [
      users.length === 0 ? [] : byUser(users, meaning),
      others.length === 0 ? [] : not(byUser(others, meaning)),
    ].flat();
    const answer = allOf(questions.map((question) => question({ user: name, uid }, 0)));
    if (answer === false) continue;
    found.push(rule);
    if (rule.action === "spare" && answer === true && /^--(?:not-)?user \S+$/.test(rule.selectionText)) break;
  }
  return found;
}
