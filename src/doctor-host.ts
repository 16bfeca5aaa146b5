import { readdirSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "./cli/context.ts";
import type { DoctorHost } from "./doctor/host.ts";
import { canActAs } from "./host/files/act-as.ts";
import { createFiles } from "./host/files/files.ts";
import { logFiles } from "./host/files/log-files.ts";
import { programLines } from "./host/programs/read-lines.ts";
import { programs } from "./host/programs/run.ts";
import { findTampering } from "./host/files/tampering.ts";
import { thisMachine } from "./domain/report-request.ts";
import { beginOfJournal } from "./system/logs/login-history.ts";

/** This machine, and this program on it. */
export function doctorHost(context: Pick<Context, "readReport">): DoctorHost {
  const uid = process.geteuid?.() ?? 0;
  const trusted = new Set([0, uid]);
  return {
    files: createFiles(),
    logFiles,
    programs,
    hostName: hostname(),
    uid,
    now: Date.now,
    readReport: async () => context.readReport(thisMachine, { logins: false, depth: "rows" }),
    beginOfJournal: async () => beginOfJournal({ programLines }),
    nodeVersion: process.versions.node,
    nodePath: realpathSync(process.execPath),
    programPaths: programPaths(),
    findTampering: (path) => findTampering(path, trusted),
    canActAs: canActAs(),
  };
}

/** The script that Node.js was started with, and everything that lies beside what is running now. */
function programPaths(): string[] {
  const script = process.argv[1];
  const folder = realpathSync(dirname(fileURLToPath(import.meta.url)));
  return [
    ...(script === undefined ? [] : [realpathSync(script)]),
    ...readdirSync(folder).map((name) => join(folder, name)),
  ];
}
