/** `sshctl locks`: which accounts are locked, by whom and why, each proven again. */
import type { Command } from "../../cli/command.ts";
import { exitCodes } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { notice } from "../sessions/notes.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import { colorOption, formatOptions, gridOptions, parseFormat, parseStyle } from "../sessions/output-options.ts";
import { proveEveryone } from "./everyone/prove.ts";
import { proveAll } from "./prove.ts";
import { rejectUser } from "./plan.ts";
import { renderLocksJson } from "./text/json.ts";
import { renderLocks } from "./text/locks-table.ts";

const formats = ["table", "json"] as const;

export const locks: Command = {
  name: "locks",
  summary: "List locked accounts, by whom and why, and prove each lock again",
  examples: [
    ["sudo sshctl locks", "code 5 if a lock no longer holds"],
    ["sudo sshctl locks -o json", "for programs"],
    ["sshctl locks --on @all", "on other servers, by the sshctl that is installed there"],
  ],
  options: { ...formatOptions(formats), ...gridOptions, ...colorOption, ...sshctlFleetOptions },
  run: async (given, context) => {
    const format = parseFormat(given, formats);
    const style = parseStyle(given, context);
    const layout = { headers: !given.flag("no-headers"), truncate: !given.flag("no-trunc") };
    if (meansFleet(given))
      return (await import("./fleet/locks-on.ts")).locksOn(given, { ...layout, format }, style, context);
    const machine = await machineOf(await context.host());
    rejectUser(machine);
    const proven = await proveAll(machine, context);
    const everyone = await proveEveryone(machine, context);
    const damaged = everyone === "damaged" ? [...proven.damaged, "everyone"] : proven.damaged;
    const ofEveryone = everyone === "damaged" ? undefined : everyone;
    const { locks: found } = proven;
    for (const name of damaged)
      notice(`${machine.locks.path}/${name} is no record of a lock on this machine, and was left alone`, context.err);
    context.out.write(
      format === "json"
        ? renderLocksJson({ host: machine.hostName(), takenAtMs: machine.now() }, found, ofEveryone, damaged)
        : await renderLocks(found, ofEveryone, layout, style, machine.now()),
    );
    const all = ofEveryone === undefined ? found : [...found, ofEveryone];
    const isSound = damaged.length === 0 && all.every(({ state }) => state !== "broken" && state !== "interrupted");
    return isSound ? exitCodes.done : exitCodes.partial;
  },
};
