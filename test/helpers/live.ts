import type { LivePorts } from "../../src/live/ports.ts";
import type { Clock } from "../../src/os/clock.ts";

/** A clock on which any time passes at once. */
export function quickClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    pause: async (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

/** A machine that tells nothing by itself; what matters to a test is given. */
export function livePorts(given: Partial<LivePorts> = {}): LivePorts {
  return {
    clock: quickClock(),
    followJournal: () => () => undefined,
    ...given,
  };
}
