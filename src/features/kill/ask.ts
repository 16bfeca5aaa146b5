import type { Consent } from "../../cli/consent.ts";
import { plural } from "../../text/words.ts";
import { visible } from "../../text/visible.ts";
import type { KillPlan } from "./plan/kill-plan.ts";

/** Asks once for the sessions, and once more for what they have started when that is to end too. */
export function killConsent({ report, ends }: KillPlan, everything: boolean): Omit<Consent, "plan"> {
  const permitted = ends.filter(({ isPermitted }) => isPermitted);
  const host = visible(report.host);
  const questions = [
    permitted.length > 0 ? `End ${plural(permitted.length, "session")} on ${host}?` : `Continue on ${host}?`,
  ];
  const processes = permitted.flatMap(({ sessionProcesses }) => sessionProcesses);
  if (everything && processes.length > 0) {
    const roots = processes.filter(({ uid }) => uid === 0).length;
    const among = roots > 0 ? `, ${String(roots)} of them root's` : "";
    questions.push(`And ${plural(processes.length, "process")} that they started${among}?`);
  }
  return { deed: `end ${plural(ends.length, "session")}`, questions };
}
