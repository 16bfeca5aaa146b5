/** `locks --on`: which accounts are locked on other hosts, each proven again by the sshctl there. */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { exitCodes, type ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { plural } from "../../../text/words.ts";
import { askSshctl, type FleetDocuments, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import { foldNotes, tellOfNumbers } from "../../sessions/fleet/fleet-notes.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";
import { notice } from "../../sessions/notes.ts";
import { renderFleetLocks, renderFleetLocksJson } from "./text.ts";

/** Word for word what a line of sudoers(5) can name; docs/fleet.md has it. */
export const locksCommand = ["locks", "-o", "json"] as const;

export async function locksOn(
  given: GivenOptions,
  layout: { headers: boolean; truncate: boolean; format: "table" | "json" },
  style: TextStyle,
  context: Context,
): Promise<ExitCode> {
  return askSshctl(given, { args: locksCommand, document: "locks" }, context, async (fleet) => {
    const { answered } = fleet;
    context.out.write(
      layout.format === "json" ? renderFleetLocksJson(fleet) : await renderFleetLocks(fleet, layout, style),
    );
    for (const note of foldNotes(answered.flatMap(damageOf))) notice(note, context.err);
    const count = answered.reduce((sum, host) => sum + numberOf(host), 0);
    tellOfNumbers(plural(count, "lock"), answered.filter((host) => numberOf(host) > 0).length, fleet, context.err);
    return codeOf(fleet);
  });
}

function numberOf({ document: { locks, everyone } }: HostDocument<"locks">): number {
  return locks.length + (everyone === null ? 0 : 1);
}

function damageOf({ name, document: { damaged } }: HostDocument<"locks">): { name: string; text: string }[] {
  return damaged.map((file) => ({ name, text: `${file} is no record of a lock on that machine, and was left alone` }));
}

/** As for one machine: a lock that does not hold is told by the code. */
function codeOf(fleet: FleetDocuments<"locks">): ExitCode {
  const isSound = fleet.answered.every(
    ({ document: { locks, everyone, damaged } }) =>
      damaged.length === 0 &&
      [...locks, ...(everyone === null ? [] : [everyone])].every(
        ({ state }) => state !== "broken" && state !== "interrupted",
      ),
  );
  const code = exitCodeOf(fleet);
  return code === exitCodes.done && !isSound ? exitCodes.partial : code;
}
