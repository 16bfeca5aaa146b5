import type { KillPlan } from "./plan/kill-plan.ts";
import { plural } from "../../text/words.ts";
import { DeclinedError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { visible } from "../../text/visible.ts";

/**
 * Asks once for the sessions, and once more for what they have started when that is to end too.
 *
 * @throws DeclinedError unless the answer is yes.
 */
export async function askWhetherToEnd(
  { report, ends }: KillPlan,
  everything: boolean,
  context: Context,
): Promise<void> {
  const prompts = await context.prompts();
  if (prompts === undefined) {
    throw new DeclinedError(
      `Nothing was done: nobody can be asked whether to end ${plural(ends.length, "session")}.`,
      "Add --yes to do it without a question, --dry-run to see what would be done.",
    );
  }
  const permitted = ends.filter(({ isPermitted }) => isPermitted);
  const host = visible(report.host);
  const questions = [
    permitted.length > 0 ? `End ${plural(permitted.length, "session")} on ${host}?` : `Go on, on ${host}?`,
  ];
  const processes = permitted.flatMap(({ sessionProcesses }) => sessionProcesses);
  if (everything && processes.length > 0) {
    const roots = processes.filter(({ uid }) => uid === 0).length;
    const among = roots > 0 ? `, ${String(roots)} of them root's` : "";
    questions.push(`And ${plural(processes.length, "process")} that they have started${among}?`);
  }
  for (const question of questions) {
    if (!(await prompts.confirm(question))) throw new DeclinedError("Nothing was done.");
  }
}
