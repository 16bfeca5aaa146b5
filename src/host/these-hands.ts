import { readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { canActAs } from "./files/act-as.ts";
import { createHold } from "./files/held-files.ts";
import { foreignFiles } from "./files/foreign-files.ts";
import { newFiles } from "./files/new-file.ts";
import { newArchives } from "./files/tar-output.ts";
import { publishFile } from "./files/publish-file.ts";
import { renameFile } from "./files/rename-file.ts";
import { replaceFiles } from "./files/replace-file.ts";
import { withScratchFolder } from "./files/scratch-folder.ts";
import { changesHere, frozenHere, locksHere, policyHere } from "./files/state-folder.ts";
import { findTampering } from "./files/tampering.ts";
import { userFiles } from "./files/user-files.ts";
import type { Hands, RunningProgram } from "./host.ts";
import { holdSignals } from "./processes/at-the-end.ts";
import { cgroups } from "./processes/cgroups.ts";
import { clock } from "./processes/clock.ts";
import { onHangUp } from "./processes/hang-up.ts";
import { signals } from "./processes/signals.ts";
import { banners } from "./processes/ssh-banner.ts";
import { callerPrograms } from "./programs/as-caller.ts";
import { userPrograms } from "./programs/as-user.ts";
import { feedProgram } from "./programs/feed.ts";
import { lineSource } from "./programs/follow.ts";
import { hookPrograms } from "./programs/hook.ts";
import { screenOpener } from "./terminal/screen.ts";
import { terminals } from "./terminal/terminals.ts";

/** The hands of the machine that the program runs on. */
export function theseHands(observer: number): Hands {
  return {
    observer,
    signals,
    cgroups,
    terminals,
    userFiles,
    replaceFiles,
    renameFile,
    state: changesHere(),
    locks: locksHere(),
    foreignFiles,
    newArchives,
    policy: policyHere(),
    frozen: frozenHere(),
    newFiles,
    publish: publishFile,
    withScratchFolder,
    createHold,
    userPrograms,
    callerPrograms,
    feed: feedProgram,
    lines: lineSource,
    hooks: hookPrograms,
    banners,
    clock,
    openScreen: screenOpener(),
    onHangUp,
    holdSignals,
    runningProgram,
  };
}

function runningProgram(): RunningProgram {
  const trusted = new Set([0, process.geteuid?.() ?? 0]);
  return {
    nodeVersion: process.versions.node,
    nodePath: realpathSync(process.execPath),
    scriptPath: scriptPath(),
    paths: programPaths(),
    findTampering: (path) => findTampering(path, trusted),
    canActAs: canActAs(),
  };
}

function scriptPath(): string | undefined {
  const script = process.argv[1];
  return script === undefined ? undefined : realpathSync(script);
}

/** The script that Node.js was started with, and everything that lies beside what is running now. */
function programPaths(): string[] {
  const folder = realpathSync(dirname(fileURLToPath(import.meta.url)));
  return [...[scriptPath() ?? []].flat(), ...readdirSync(folder).map((name) => join(folder, name))];
}
