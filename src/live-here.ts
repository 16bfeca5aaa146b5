import type { LivePorts } from "./live/ports.ts";
import { clock } from "./os/clock.ts";
import { lineSource } from "./os/line-source.ts";
import { followJournal } from "./sources/logins/follow-journal.ts";

/** What a watch needs of the machine that the program runs on, behind its ports. */
export function liveHere(): LivePorts {
  return {
    clock,
    followJournal: (...args) => followJournal({ lines: lineSource, clock }, ...args),
  };
}
