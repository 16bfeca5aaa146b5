/** The rules by which sessions end, and the service that applies them. */
import { plural } from "../../../text/words.ts";
import { policyStanding } from "../../policy/standing.ts";
import { limited, missing, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

export function examinePolicy(host: DoctorHost): Check {
  const standing = policyStanding(host);
  switch (standing?.kind) {
    case undefined:
      return ok("policy", "the rules can be read; only root knows whether a service applies them");
    case "no-rules":
      return ok("policy", "no rules: nobody is ended by them");
    case "fault":
      return missing("policy", `the rules are wrong: ${standing.says}`, 'correct them, and see "sshctl policy check"');
    case "not-applied":
      return limited(
        "policy",
        `${plural(standing.rules, "rule")}, and no service applies them`,
        "systemctl enable --now sshctl-policy",
      );
    case "stopped":
      return missing("policy", `the rules do nothing: ${standing.says}`, 'see "sshctl policy status"');
    case "applied":
      return ok("policy", `${plural(standing.rules, "rule")}, applied in mode ${standing.mode}`);
  }
}
