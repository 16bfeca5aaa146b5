/** `timeout show --on`: which idle limits apply to an account on other hosts, as the sshctl there tells. */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { askSshctl, withoutAbsent } from "../../sessions/fleet/ask-sshctl.ts";
import { tellOfFailures } from "../../sessions/fleet/fleet-notes.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";
import { renderFleetLimits, renderFleetLimitsJson } from "./text.ts";

export async function limitsOn(
  { user, asksShell }: { user: string | undefined; asksShell: boolean },
  given: GivenOptions,
  { format, style }: { format: "text" | "json"; style: TextStyle },
  context: Context,
): Promise<ExitCode> {
  const args = limitsCommand(user, asksShell);
  return askSshctl(given, { args, document: "timeout" }, context, async (asked) => {
    const { fleet, absent } = withoutAbsent(asked);
    context.out.write(
      format === "json" ? renderFleetLimitsJson(fleet, absent) : renderFleetLimits(fleet, absent, style),
    );
    tellOfFailures(fleet.failed, context.err);
    return Promise.resolve(exitCodeOf({ answered: [...fleet.answered, ...absent], failed: fleet.failed }));
  });
}

/** Word for word what a line of sudoers(5) can name; docs/fleet.md has it. */
function limitsCommand(user: string | undefined, asksShell: boolean): string[] {
  return [
    "timeout",
    "show",
    "-o",
    "json",
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...(asksShell ? ["--ask-shell"] : []),
  ];
}
