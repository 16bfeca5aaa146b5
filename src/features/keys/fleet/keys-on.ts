/** `keys --on` */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context, Output } from "../../../cli/context.ts";
import { exitCodes, type ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { plural } from "../../../text/words.ts";
import { askSshctl, hostNotes, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import { tellOfNumbers } from "../../sessions/fleet/fleet-notes.ts";
import { exitCodeOf as codeOfFleet } from "../../sessions/fleet/fleet-sessions.ts";
import { notice } from "../../sessions/notes.ts";
import { worstFirst, type Severity } from "../inventory/findings.ts";
import { tellOfMore, type Layout } from "../layout.ts";
import { exitCodeOf } from "../list.ts";
import { parseQuestion } from "../options.ts";
import { keysOf, type FleetKeys } from "./fleet-keys.ts";
import { renderFleetKeys, sortFleetKeys } from "./text.ts";

export async function keysOn(
  given: GivenOptions,
  { layout, failOn }: { layout: Layout; failOn: Severity | undefined },
  look: TextStyle,
  context: Context,
): Promise<ExitCode> {
  const { users, networkHomes } = parseQuestion(given);
  const args = keysCommand(networkHomes, given.texts("unused"));
  return askSshctl(given, { args, document: "keys" }, context, async (fleet) => {
    const { keys, findings } = keysOf(fleet, users);
    const shown: FleetKeys = {
      fleet,
      keys: sortFleetKeys(keys, layout.sort),
      findings: worstFirst(findings),
    };
    context.out.write(await renderFleetKeys(shown, layout, look));
    for (const note of hostNotes(fleet.answered, notesOf)) notice(note, context.err);
    tellOfMore(layout.findings ? findings.length : keys.length, layout, look, context);
    tellOfKeys(shown, context.err);
    const code = codeOfFleet(fleet);
    return code === exitCodes.done ? exitCodeOf(findings, failOn) : code;
  });
}

/** Word for word what a line of sudoers(5) can name; docs/fleet.md has it. */
export function keysCommand(networkHomes: boolean, unused: readonly string[] = []): string[] {
  const options = unused.flatMap((time) => ["--unused", time]);
  return ["keys", "-o", "json", ...options, ...(networkHomes ? ["--network-homes"] : [])];
}

function notesOf({ document: { left } }: HostDocument<"keys">): string[] {
  return left > 0
    ? [`${plural(left, "key")} left out: the logs do not show whether ${left === 1 ? "it was" : "they were"} used`]
    : [];
}

/** As with sessions: how many there are, and of which hosts nothing is known. */
export function tellOfKeys({ fleet, keys }: FleetKeys, err: Output): void {
  tellOfNumbers(plural(keys.length, "key"), new Set(keys.map(({ host }) => host)).size, fleet, err);
}
