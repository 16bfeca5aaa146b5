import { hostname } from "node:os";
import type { Context } from "./cli/context.ts";
import { block } from "./os/block.ts";
import { createFiles } from "./host/files/files.ts";
import { logFiles } from "./host/files/log-files.ts";
import { programs } from "./host/programs/run.ts";
import { untrustedFiles } from "./host/files/small-file.ts";
import { readDetails, readReport } from "./report/read-report.ts";
import type { Memory } from "./system/procfs/memory.ts";

/** The machine that the program runs on, behind its ports. */
export function thisMachine(observer: number): Pick<Context, "readReport" | "readDetails"> {
  let memory: Promise<Memory> | undefined;
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
    readReport: async (source, detail) =>
      readReport(source, detail, here, detail.repeatedly === true ? await (memory ??= createMemory()) : undefined),
    readDetails: async (session, report, source) => readDetails(session, report, source, here),
  };
}

/** Loaded only for who looks again and again. */
async function createMemory(): Promise<Memory> {
  const [{ Memory }, { createHold }] = await Promise.all([
    import("./system/procfs/memory.ts"),
    import("./host/files/held-files.ts"),
  ]);
  return new Memory(createHold());
}
