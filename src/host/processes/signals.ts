/** This room acts on processes: signals, control groups, the clock, and what must be undone however this program ends. */
import { errorCode } from "../files/error-code.ts";

/** "gone": there is no such process any more; "refused": it belongs to somebody else. */
export type Sent = "sent" | "gone" | "refused";

/** The system call kill(2). */
export interface Signals {
  /** @param signal - without SIG. */
  send: (pid: number, signal: "TERM" | "HUP" | "INT" | "QUIT" | "KILL" | "STOP" | "CONT") => Sent;
  /** Whether a signal could be sent; sends none. */
  probe: (pid: number) => Sent;
}

export const signals: Signals = {
  send: (pid, signal) => kill(pid, `SIG${signal}`),
  probe: (pid) => kill(pid, 0),
};

function kill(pid: number, signal: NodeJS.Signals | 0): Sent {
  // 0 and negative numbers mean whole groups, 1 the machine: kill(2).
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${String(pid)} must never be signalled`);
  try {
    process.kill(pid, signal);
    return "sent";
  } catch (error) {
    const code = errorCode(error);
    if (code === "ESRCH") return "gone";
    if (code === "EPERM") return "refused";
    throw error;
  }
}
