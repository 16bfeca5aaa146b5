import type { Daemon } from "../system/sshd/daemons.ts";
import { bringBack, findReach, renewAll, takeStock, type Stock } from "../system/sshd/reach.ts";
import type { SteeringPorts } from "../system/sshd/steer.ts";
import type { Activation } from "./change-record.ts";

/**
 * Makes daemons read what has been written. Asked again, what was written has been put back: then a daemon must serve, whatever it
 * takes, where it served before.
 */
export function activator(activation: Activation, host: SteeringPorts): () => Promise<void> {
  switch (activation) {
    case "none":
      return async () => Promise.resolve();
    case "sshd":
      return activatorOf(async () => (await findReach(host)).reached, host);
  }
}

/** The same of these daemons. */
export function activatorOf(find: () => Promise<readonly Daemon[]>, host: SteeringPorts): () => Promise<void> {
  let before: Stock | undefined;
  return async () => {
    if (before !== undefined) return bringBack(before, host);
    before = await takeStock(await find(), host);
    return renewAll(before, host);
  };
}
