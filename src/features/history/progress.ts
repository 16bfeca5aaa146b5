import type { Output } from "../../cli/context.ts";
import { progressOn } from "../../cli/progress.ts";
import { dayAndTime } from "../../text/time.ts";

/** Says on a terminal how far a long reading of the journal is. */
export function journalProgress(err: Output, now: () => number): { tell: (timeMs: number) => void; end: () => void } {
  const progress = progressOn(err, now);
  let count = 0;
  return {
    tell: (timeMs) => {
      count += 1;
      // The clock is not asked for each of a million lines.
      if (count % 256 === 0) progress.tell(() => `reading the journal of ${dayAndTime(timeMs)}, Ctrl-C ends it`);
    },
    end: progress.end,
  };
}
