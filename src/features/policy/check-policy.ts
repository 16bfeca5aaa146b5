/** What a policy would do to whom now. */
import type { NamedUser } from "../../domain/accounts.ts";
import { localSource } from "../../domain/report-request.ts";
import { sessionId, type Session, type SessionReport } from "../../domain/session.ts";
import type { Reports } from "../../report/reports.ts";
import { findProtection, type ProtectedHost } from "../../system/protected/read-protected.ts";
import { parseKeys, parseUsers } from "../sessions/selection-options.ts";
import { findExemptions } from "./deed/exempt.ts";
import type { PolicyMachine } from "./deed/machine.ts";
import { findLastToRoot } from "./deed/root-ways.ts";
import { judge, type Moment, type QuietSince, type ReadyRule, type Verdict } from "./engine/judge.ts";
import { lastToRootReason } from "./engine/last-root.ts";
import { isEnding, type Rule } from "./rules/rule.ts";
import { criteriaOf } from "./rules/selection.ts";

/** A session that a rule means. */
export interface Judged {
  session: Session;
  verdict: Verdict;
  /** Why it is left alone all the same. */
  exempt: string | undefined;
}

/** Whether the rules ask for keys, so that logins have to be looked up. */
function asksForKeys(rules: readonly Rule[]): boolean {
  return rules.some(({ selection }) => parseKeys(selection).length > 0);
}

/** Whether it matters what sessions carry. */
function asksForPayload(rules: readonly Rule[]): boolean {
  return rules.some(({ limit }) => limit?.kind === "no-traffic" || limit?.kind === "idle");
}

/** Whom the names in the rules mean. */
export async function meaningsIn(
  rules: readonly Rule[],
  { findUser }: Pick<Reports, "findUser">,
): Promise<Map<string, NamedUser>> {
  const names = new Set(
    rules.flatMap(({ selection }) => [...parseUsers(selection, "user"), ...parseUsers(selection, "not-user")]),
  );
  const meanings = new Map<string, NamedUser>();
  for (const name of names) meanings.set(name, await findUser(name));
  return meanings;
}

export function readyRules(rules: readonly Rule[], meanings: ReadonlyMap<string, NamedUser>): ReadyRule[] {
  return rules.map((rule) => ({ rule, criteria: criteriaOf(rule.selection, meanings) }));
}

/**
 * Everything that is to be known of the sessions for these rules.
 *
 * @param repeatedly - by somebody who looks again and again.
 * @throws FatalError where it cannot be told whom /etc/sshctl/protected protects.
 */
export async function readFor(
  rules: readonly Rule[],
  reports: Pick<Reports, "read">,
  repeatedly: boolean,
  machine: ProtectedHost,
): Promise<SessionReport> {
  const logins = asksForKeys(rules) || findProtection([], machine).namesKeys;
  const payload = repeatedly && asksForPayload(rules) ? ({ payload: "since-last" } as const) : {};
  return reports.read({ ...localSource, logins, repeatedly, ...payload });
}

/** By one look: whom the rules mean at this moment, and who is left alone all the same. */
export async function judgeNow(
  rules: readonly ReadyRule[],
  report: SessionReport,
  moment: Moment,
  quietSince: QuietSince,
  machine: PolicyMachine,
): Promise<Judged[]> {
  const verdicts = judge(rules, report.sessions, moment, quietSince);
  const ending = [...verdicts].flatMap(([session, { kind, rule }]) =>
    kind === "matched" && isEnding(rule) ? { session, rule } : [],
  );
  const exempt = await findExemptions(ending, report, machine);
  const goes = new Set(ending.map(({ session }) => sessionId(session.identity)).filter((id) => !exempt.has(id)));
  if (goes.size > 0) {
    const kept = await findLastToRoot(report.sessions, goes, machine);
    if (kept !== undefined) exempt.set(kept, lastToRootReason);
  }
  return [...verdicts].map(([session, verdict]) => ({
    session,
    verdict,
    exempt: exempt.get(sessionId(session.identity)),
  }));
}
