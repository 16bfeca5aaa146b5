import type { Output } from "../../cli/context.ts";
import { dayAndTime } from "../../text/time.ts";

/** Says on a terminal how far a long reading is, from one second on. */
export function progressOn(err: Output, now: () => number): { tell: (timeMs: number) => void; end: () => void } {
  const startedMs = now();
  let toldMs = startedMs + firstMs - everyMs;
  let isShown = false;
  let count = 0;
  return {
    tell: (timeMs) => {
      count += 1;
      // The clock is not asked for each of a million lines.
      if (!err.isTerminal || count % 256 !== 0 || now() - toldMs < everyMs) return;
      toldMs = now();
      isShown = true;
      err.write(`\rreading the journal of ${dayAndTime(timeMs)}, Ctrl-C ends it\x1b[K`);
    },
    end: () => {
      if (isShown) err.write("\r\x1b[K");
    },
  };
}

const firstMs = 1000;
const everyMs = 250;
