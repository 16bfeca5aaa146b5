/** What set and unset do alike: make a change, or show it, and tell what follows. */
import { notice } from "../sessions/notes.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import { renderPlan, renderPlanJson, renderPlannedDiff } from "./text/change-text.ts";
import { changeLimit, planOnly } from "./limits/change-limit.ts";
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
  "dry-run": { group: "Safety and records", alias: "n", describe: "show what would change, and change nothing" },
  ...formatOptions(textFormats),
} satisfies OptionTable;

/** What is asked for. */
interface ChangeWish {
  /** The command line that asks for it, for the record. */
  commandLine: string;
  planBy: (mechanism: Mechanism) => Promise<Plan>;
}

export async function change(
  scope: Scope,
  via: MechanismName,
  { commandLine, planBy }: ChangeWish,
  given: GivenOptions,
  context: Context,
  host: TimeoutHost,
): Promise<ExitCode> {
  const { out, err } = context;
  const mechanism = mechanismFor(scope, via);
  const isJson = parseFormat(given, textFormats) === "json";
  const warn = ({ warnings }: Plan) => {
    for (const warning of warnings) notice(warning, err);
  };
  if (given.flag("dry-run")) {
    const plan = await planOnly(async () => planBy(mechanism));
    warn(plan);
    out.write(await (isJson ? renderPlanJson(plan, true) : renderPlannedDiff(plan)));
    return exitCodes.done;
  }
  const { plan, id, unrecorded } = await context.interruptible(async () =>
    changeLimit(mechanism, async () => planBy(mechanism), commandLine, warn, host),
  );
  if (unrecorded !== undefined) notice(`the record of this change could not be completed: ${unrecorded}`, err);
  out.write(isJson ? await renderPlanJson(plan, false, id) : renderPlan(plan, widthOf(out)));
  return exitCodes.done;
}

function mechanismFor(scope: Scope, via: MechanismName): Mechanism {
  if (via === "sshd") return sshdLimit(scope);
  return scope.kind === "user" ? userShell(scope.account) : globalShell;
}
