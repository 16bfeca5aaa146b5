/**
 * This room has the commands `policy check`, `run`, `status`, `pause`, `resume` and `acknowledge`: rules by which a service ends
 * sessions that are idle, too old or too many.
 * rules/ reads them, engine/ decides purely whom they mean and when, deed/ does it through the door of `kill`.
 */
import type { CommandGroup } from "../../cli/command.ts";
import { policyCheck } from "./check.ts";
import { policyAcknowledge, policyPause, policyResume } from "./pause.ts";
import { policyRun } from "./run.ts";
import { policyStatus } from "./status.ts";

export const policy: CommandGroup = {
  name: "policy",
  summary: "End sessions by rules: idle, without traffic, too old, too many",
  examples: [
    ["sudo sshctl policy check", "what the rules would do to whom now"],
    ["sudo systemctl enable --now sshctl-policy", "apply them; in mode observe nothing is done"],
    ["sudo sshctl policy status", "what was or would have been done in the last days, and what is coming"],
    ["sudo sshctl policy pause 2h --reason INC-124", "let them rest for a while"],
  ],
  commands: [policyCheck, policyRun, policyStatus, policyPause, policyResume, policyAcknowledge],
};
