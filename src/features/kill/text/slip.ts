import type { ProcessTable } from "../../../domain/process.ts";
import { describeInner } from "../../sessions/text/inner-terminal.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import type { Slip } from "../plan/slip.ts";
import { describeChannel, describeCompanions } from "./companions.ts";

/** Why somebody is asked about a name that they have given themselves; without a full stop. */
export function describeSlip(slip: Slip, processes: ProcessTable): string {
  const { session, companions } = slip;
  const others = describeCompanions(companions);
  const ending = others === "" ? "all of it ends" : `all of it ends, with ${others}`;
  const whole = `the session of ${describeSession(session)}: ${ending}`;
  switch (slip.kind) {
    case "inner-terminal":
      return `${describeInner(slip.tty, session, processes)}, in ${whole}`;
    case "inner-process":
      return `PID ${String(slip.pid)} is ${slip.comm ?? "a process"}, inside ${whole}`;
    case "shared": {
      const name = describeChannel(slip.channel);
      const alone = slip.channel.tty === undefined ? "" : `; "sshctl kill ${name} --only-this" ends ${name} alone`;
      return `${name} shares the connection of ${describeSession(session)}: this also ends ${others}${alone}`;
    }
    case "forwards": {
      const named = describeCompanions({ channels: [], forwards: slip.named });
      return `${named} cannot be ended without the connection of ${describeSession(session)}: this also ends ${others}`;
    }
  }
}
