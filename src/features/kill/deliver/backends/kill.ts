import type { Pid } from "../../../../domain/process.ts";
import type { Sent } from "../../../../host/processes/signals.ts";
import { rereadProcess } from "../../../../system/procfs/processes.ts";
import type { Backend, Reach } from "./backend.ts";

/** The system call kill(2), with nothing between it and the last look at the process. */
export function killBackend({ files, signals }: Reach): Backend {
  return {
    preview: async () => Promise.resolve([]),
    send: async (batches, signal) => {
      const sent = new Map<Pid, Sent>();
      for (const process of batches.flatMap(({ processes }) => processes)) {
        const isSame = rereadProcess(files, process) !== undefined;
        sent.set(process.pid, isSame ? signals.send(process.pid, signal) : "gone");
      }
      return Promise.resolve(sent);
    },
  };
}
