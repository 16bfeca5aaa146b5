import { hostname } from "node:os";
import type { Context } from "./context.ts";
import { block } from "./os/block.ts";
import { createFiles } from "./os/files.ts";
import { createHold } from "./os/held-files.ts";
import { logFiles } from "./os/log-files.ts";
import { programs } from "./os/programs.ts";
import { untrustedFiles } from "./os/untrusted-files.ts";
import { readDetails, readReport } from "./read-report.ts";
import { Memory } from "./sources/procfs/memory.ts";

/** The machine that the program runs on, behind its ports. */
export function thisMachine(observer: number): Pick<Context, "readReport" | "readDetails"> {
  const memory = new Memory(createHold());
  const here = {
    files: createFiles(),
    untrustedFiles,
    logFiles,
    programs,
    now: Date.now,
    hostName: hostname,
    observer,
    pause: block,
  };
  return {
    readReport: async (source, detail) => readReport(source, detail, here, memory),
    readDetails: async (session, report, source) => readDetails(session, report, source, here),
  };
}
