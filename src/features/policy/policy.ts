/**
 * This room has the commands `policy check`, `run`, `status`, `pause`, `resume` and `acknowledge`: rules by which a service ends
 * sessions that are idle, too old or too many.
 * rules/ reads them, engine/ decides purely whom they mean and when, deed/ does it through the door of `kill`.
 */
import type { CommandGroup } from "../../cli/command.ts";
import { policyCheck } from "./check.ts";

export const policy: CommandGroup = {
  name: "policy",
  summary: "End sessions by rules: idle, without traffic, too old, too many",
  examples: [["sudo sshctl policy check", "what the rules would do to whom now"]],
  commands: [policyCheck],
};
