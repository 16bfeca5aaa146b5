/**
 * This room has the three ways to send a signal: kill(2), pkill(1) and killall(1). A backend is a pure table from processes to arguments,
 * or the answer that it cannot reach exactly these processes.
 */
import type { Termination } from "../../plan/plan-terminations.ts";
import type { Pid, Process } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import type { Files } from "../../../../host/files/files.ts";
import type { Programs } from "../../../../host/programs/run.ts";
import type { Sent, Signals } from "../../../../host/processes/signals.ts";

export const backendNames = ["kill", "pkill", "killall"] as const;
export type BackendName = (typeof backendNames)[number];

/** Processes of one session that get a signal. */
export interface SignalBatch {
  termination: Termination;
  processes: readonly Process[];
}

export interface Backend {
  /**
   * The command lines that it would run; none for a system call.
   *
   * @throws UsageError when it cannot select exactly these processes.
   */
  preview: (batches: readonly SignalBatch[], signal: EndingSignal) => Promise<readonly CommandLine[]>;
  /**
   * Signals them, after another look at their identities.
   *
   * @throws UsageError like preview, and then nothing was signalled.
   */
  send: (batches: readonly SignalBatch[], signal: EndingSignal) => Promise<ReadonlyMap<Pid, Sent>>;
}

export type CommandLine = readonly [program: string, ...args: string[]];

/** What backends reach the machine by. */
export interface Reach {
  files: Files;
  signals: Signals;
  programs: Programs;
}
