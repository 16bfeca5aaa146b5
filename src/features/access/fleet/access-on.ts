/** `access --on`: where an account can log in. */
import { plainWords } from "../../../domain/command-line.ts";
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { askSshctl } from "../../sessions/fleet/ask-sshctl.ts";
import { tellOfFailures } from "../../sessions/fleet/fleet-notes.ts";
import { accessOf, codeOfAccess } from "./fleet-access.ts";
import { renderFleetAccess, renderFleetAccessJson } from "./text.ts";

export async function accessOn(
  { user, from }: { user: string; from: string | undefined },
  given: GivenOptions,
  { format, style }: { format: "text" | "json"; style: TextStyle },
  context: Context,
): Promise<ExitCode> {
  return askSshctl(given, { args: accessCommand(user, from), document: "access" }, context, async (asked) => {
    const access = accessOf(user, asked);
    context.out.write(format === "json" ? renderFleetAccessJson(access) : renderFleetAccess(access, style));
    tellOfFailures(access.fleet.failed, context.err);
    return Promise.resolve(codeOfAccess(access));
  });
}

/** Word for word what a line of sudoers(5) can name; docs/fleet.md has it. */
export function accessCommand(user: string, from: string | undefined): string[] {
  return ["access", "-o", "json", ...(from === undefined ? [] : ["--from", from]), ...plainWords([user])];
}
