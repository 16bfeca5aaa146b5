import type { Process } from "../../domain/process.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";

/** For how long it is looked whether anything still runs. */
export const stillMs = 200;

/** What all of them together have used of the processor, as a text to compare: utime and stime of /proc/PID/stat, fields 14 and 15. */
export function cpuTimes(processes: readonly Process[], files: Files): string {
  return processes
    .map(({ pid }) => {
      const text = orUndefined(files.read(`/proc/${String(pid)}/stat`, 0)) ?? "";
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return `${String(pid)} ${fields.slice(11, 13).join(" ")}`;
    })
    .join(", ");
}
