/** Tells of sessions that the service of the rules is about to end. */
import { sessionId, type ComingEnd, type SessionReport } from "../domain/session.ts";
import type { Facts } from "../host/host.ts";
import { isRunning, readPolicyState } from "../system/policy/policy-state.ts";

export function addComing(report: SessionReport, facts: Pick<Facts, "files" | "now">): SessionReport {
  const state = readPolicyState(facts);
  if (state?.mode !== "act" || !isRunning(state, facts)) return report;
  const ends = new Map(
    state.coming.flatMap(({ session, rule, endsAtMs, exempt }): [string, ComingEnd][] =>
      endsAtMs === undefined || exempt !== undefined ? [] : [[session, { rule, atMs: endsAtMs }]],
    ),
  );
  if (ends.size === 0) return report;
  return {
    ...report,
    sessions: report.sessions.map((session) => {
      const comingEnd = ends.get(sessionId(session.identity));
      return comingEnd === undefined ? session : { ...session, comingEnd };
    }),
  };
}
