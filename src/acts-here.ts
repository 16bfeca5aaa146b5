import { createActs, type Acts } from "./features/kill/deliver/acts.ts";
import { cgroups } from "./host/processes/cgroups.ts";
import { clock } from "./host/processes/clock.ts";
import { createFiles } from "./host/files/files.ts";
import { greetings } from "./host/processes/ssh-banner.ts";
import { ownFiles } from "./host/files/new-file.ts";
import { feedProgram } from "./host/programs/feed.ts";
import { programs } from "./host/programs/run.ts";
import { signals } from "./host/processes/signals.ts";
import { terminals } from "./host/terminal/terminals.ts";

/** What changes the machine that the program runs on, behind its ports. */
export function actsHere(observer: number): Acts {
  const files = createFiles();
  return createActs({
    files,
    programs,
    feed: feedProgram,
    signals,
    cgroups,
    clock,
    terminals,
    ownFiles,
    greetings,
    observer,
  });
}
