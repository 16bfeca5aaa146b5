import type { GivenOptions } from "../../cli/command.ts";
import { list, oneOf } from "../../cli/values.ts";
import { forwardKinds, portsOf } from "../../domain/forwards.ts";
import { parseForwardPorts, tty } from "../sessions/selection-options.ts";
import type { Parts } from "./plan/slip.ts";

/** Options that name a part of a connection, by which all of it ends. */
export function parseParts(given: GivenOptions): Parts {
  const ports = parseForwardPorts(given);
  const kinds = list(given, "forward", oneOf(forwardKinds));
  return {
    ttys: list(given, "tty", tty),
    isForward: (forward) => kinds.includes(forward.kind) || portsOf(forward).some((port) => ports.includes(port)),
  };
}
