/**
 * This room has the command `doctor`: what sshctl can see and do on a machine, and how to fix the rest.
 * What enters: checks, which ask what the commands themselves use, and how checks are shown.
 */
import { isHealthy } from "./checks/check.ts";
import { examine } from "./checks/examine.ts";
import { examineLocks } from "./checks/locks.ts";
import { exitCodes } from "../../errors.ts";
import { renderChecks, renderChecksJson } from "./checks-text.ts";
import { localSource } from "../../domain/report-request.ts";
import { machineOf } from "../../host/host.ts";
import type { Command } from "../../cli/command.ts";
import { fleetOptions, meansFleet } from "../sessions/fleet/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle } from "../sessions/output-options.ts";

const formats = ["table", "json"] as const;

export const doctor: Command = {
  name: "doctor",
  summary: "Check what sshctl can see and do on this machine, and how to fix the rest",
  examples: [
    ["sudo sshctl doctor", "what this machine lets root see and do"],
    ["sshctl doctor", "as the user who asks"],
    ["sshctl doctor -o json", "for programs"],
    ["sshctl doctor --on web[1-20]", "can other hosts be looked at? as root? what is missing there?"],
  ],
  options: { ...formatOptions(formats), ...colorOption, ...fleetOptions },
  run: async (given, context) => {
    const format = parseFormat(given, formats);
    const look = parseStyle(given, context);
    if (meansFleet(given)) return (await import("./doctor-on.ts")).doctorOn(given, format, look, context);
    const [machine, reports] = await Promise.all([context.host().then(machineOf), context.reports()]);
    const readReport = async () => reports.read({ ...localSource, logins: false, depth: "rows" });
    const host = { ...machine, readReport };
    const examined = await examine(host);
    // Only root may look where they are.
    const checks = machine.uid === 0 ? [...examined, await examineLocks(machine, context)] : examined;
    context.out.write(format === "json" ? renderChecksJson(checks, host) : renderChecks(checks, look));
    return isHealthy(checks) ? exitCodes.done : exitCodes.nothingMatched;
  },
};
