import type { JournalNotice } from "../domain/short-logins.ts";
import type { Clock } from "../os/clock.ts";

/** What a watch needs of the machine beside reports. */
export interface LivePorts {
  clock: Clock;
  /**
   * Tells of logins, as far as the journal can be read.
   *
   * @param sinceMs - from this moment on; milliseconds since the epoch.
   * @returns a function that stops it.
   */
  followJournal: (sinceMs: number, onNotice: (notice: JournalNotice) => void, onProblem: () => void) => () => void;
}
