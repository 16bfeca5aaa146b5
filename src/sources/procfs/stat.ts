import type { Process } from "../../domain/process.ts";
import { ttyOfDevice } from "../../domain/tty.ts";

/**
 * Reads /proc/PID/stat, proc(5). The second field, comm, is the process's own choice and may hold spaces, parentheses
 * and newlines; the fields that follow start behind the last parenthesis.
 *
 * @returns undefined for a zombie: it has ended, and its parent has not yet looked.
 */
export function parseStat(text: string): Process | undefined {
  const fields = form.exec(text);
  if (fields === null) throw new Error(`/proc/PID/stat has an unknown form: ${text}`);
  const [, pid, comm = "", state, ppid, pgid, sid, ttyDevice, foregroundGroup, startTicks] = fields;
  if (state === "Z" || state === "X") return undefined;
  return {
    pid: Number(pid),
    comm,
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    tty: ttyOfDevice(Number(ttyDevice)),
    foregroundGroup: Number(foregroundGroup),
    startTicks: Number(startTicks),
  };
}

/** In one expression: there are thousands of these texts. Fields 9 to 21 are passed over. */
const form = /^(\d+) \((.*)\) (\S) (-?\d+) (-?\d+) (-?\d+) (-?\d+) (-?\d+) (?:\S+ ){13}(\d+)(?: |$)/s;
