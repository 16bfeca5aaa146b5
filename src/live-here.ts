import type { LivePorts } from "./live/ports.ts";
import { holdSignals } from "./host/processes/at-the-end.ts";
import { clock } from "./host/processes/clock.ts";
import { hookPrograms } from "./host/programs/hook.ts";
import { lineSource } from "./host/programs/follow.ts";
import { screenOpener } from "./host/terminal/screen.ts";
import { openScanner } from "./report/thread/scanner.ts";
import { followJournal } from "./system/logs/follow-journal.ts";

/** What a watch needs of the machine that the program runs on, behind its ports. */
export function liveHere(observer: number): LivePorts {
  return {
    clock,
    followJournal: (...args) => followJournal({ lines: lineSource, clock }, ...args),
    hooks: hookPrograms,
    openScreen: screenOpener(),
    openScanner: () => openScanner(observer),
    holdSignals,
  };
}
