/** What set and unset do alike: make a change, or show it, and tell what follows. */
import { notice } from "../sessions/notes.ts";
import { askOnTerminal, consentOptions } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { renderDone, renderPlan, renderPlanJson, renderPlannedDiff } from "./text/change-text.ts";
import { changeLimit, planOnly, type LimitRequest } from "./limits/change-limit.ts";
import type { TimeoutHost } from "./machine.ts";
import type { Mechanism, Plan, Scope } from "./limits/mechanism.ts";
import { globalShell } from "./shell/shell-global.ts";
import { sshdLimit } from "./sshd/mechanism.ts";
import { userShell } from "./shell/shell-user.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { formatOptions, parseFormat, textFormats } from "../sessions/output-options.ts";
import { mechanisms, type MechanismName } from "./scope.ts";

const group = "Method";

export const changeOptions = {
  via: {
    group,
    value: "MEANS",
    offer: mechanisms,
    describe: "shell: the shell ends itself (the default); sshd: the server ends it",
  },
  ...consentOptions,
  reason: { group: "Safety and records", value: "TEXT", describe: "reason to record in the system log" },
  ...formatOptions(textFormats),
} satisfies OptionTable;

/** What is asked for. */
interface ChangeWish extends Pick<LimitRequest, "act" | "command"> {
  planBy: (mechanism: Mechanism) => Promise<Plan>;
  /** Whether to do it, in a sentence. */
  question: string;
}

export async function change(
  scope: Scope,
  via: MechanismName,
  { planBy, question, ...wish }: ChangeWish,
  given: GivenOptions,
  context: Context,
  host: TimeoutHost,
): Promise<ExitCode> {
  const { out, err } = context;
  const mechanism = mechanismFor(scope, via);
  const isJson = parseFormat(given, textFormats) === "json";
  const plan = async () => planBy(mechanism);
  const first = await planOnly(plan);
  warn(first.warnings, context);
  if (given.flag("dry-run")) {
    out.write(await (isJson ? renderPlanJson(first, undefined) : renderPlannedDiff(first)));
    return exitCodes.done;
  }
  const mayAsk = !given.flag("yes") && first.edits.length > 0;
  const consent = async () => ({ plan: await renderPlan(first, widthOf(err)), questions: [question] });
  const isAgreed = mayAsk && (await askOnTerminal(await consent(), context));
  const request = { ...wish, mechanism, plan, scope, reason: given.texts("reason").at(-1) };
  const done = await context.interruptible(async () => changeLimit(request, first, isAgreed, host));
  warn(
    done.plan.warnings.filter((warning) => !first.warnings.includes(warning)),
    context,
  );
  if (done.trouble !== undefined)
    notice(`the record of this change could not be completed: ${done.trouble.message}`, err);
  for (const log of done.unrecorded) notice(unrecorded(log), err);
  out.write(isJson ? await renderPlanJson(done.plan, done) : renderDone(done, widthOf(out)));
  return exitCodes.done;
}

function warn(warnings: readonly string[], { err }: Context): void {
  for (const warning of warnings) notice(warning, err);
}

function mechanismFor(scope: Scope, via: MechanismName): Mechanism {
  if (via === "sshd") return sshdLimit(scope);
  return scope.kind === "user" ? userShell(scope.account) : globalShell;
}
