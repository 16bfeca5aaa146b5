import type { Process } from "../../../domain/process.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { Files } from "../../../host/files/files.ts";
import type { Signals } from "../../../host/processes/signals.ts";
import { rereadProcess } from "../../../system/procfs/processes.ts";

/** Asks a daemon to end, and waits. @returns whether it did. */
export async function endDaemon(
  process: Process,
  { files, signals, clock }: { files: Files; signals: Signals; clock: Clock },
): Promise<boolean> {
  if (rereadProcess(files, process) === undefined) return true;
  if (signals.send(process.pid, "TERM") === "refused") return false;
  const untilMs = clock.now() + limitMs;
  while (rereadProcess(files, process) !== undefined) {
    if (clock.now() > untilMs) return false;
    await clock.pause(50);
  }
  return true;
}

const limitMs = 5000;
