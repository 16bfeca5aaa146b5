/** `sshctl policy status`: how the service stands, what it has done, and what is coming. */
import type { Command } from "../../cli/command.ts";
import { exitCodes, NothingFoundError } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { isRunning, readPolicyState } from "../../system/policy/policy-state.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { inState, rejectUser } from "./for-root.ts";
import { readEvents } from "./service/events.ts";
import { readPause } from "./service/orders.ts";
import { isSound, renderStatus, renderStatusJson } from "./text/status-text.ts";

export const policyStatus: Command = {
  name: "policy status",
  summary: "Show how the rules are applied: what was done or would have been, and what is coming",
  examples: [
    ["sudo sshctl policy status", "code 1 unless the service runs and nothing is wrong"],
    ["sudo sshctl policy status -o json", "for programs"],
  ],
  options: { ...formatOptions(textFormats), ...colorOption },
  run: async (given, context) => {
    const format = parseFormat(given, textFormats);
    const style = parseStyle(given, context);
    const machine = await machineOf(await context.host());
    rejectUser(machine);
    const state = readPolicyState(machine);
    if (state === undefined)
      throw new NothingFoundError(
        "The service of the rules has never run here.",
        '"sudo systemctl enable --now sshctl-policy" starts it.',
      );
    const status = {
      host: machine.hostName(),
      takenAtMs: machine.now(),
      state,
      isRunning: isRunning(state, machine),
      pause: inState(() => readPause(machine.policy)),
      events: inState(() => readEvents(machine.policy, machine.now())),
    };
    context.out.write(format === "json" ? renderStatusJson(status) : await renderStatus(status, style));
    return isSound(status) ? exitCodes.done : exitCodes.nothingMatched;
  },
};
