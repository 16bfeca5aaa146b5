import type { Process } from "../../domain/process.ts";
import { ttyOfDevice } from "../../domain/tty.ts";

/**
 * Reads /proc/PID/stat, proc(5). The second field, comm, is the process's own choice and may hold spaces, parentheses
 * and newlines; the fields that follow start behind the last parenthesis.
 *
 * @returns undefined for a zombie: it has ended, and its parent has not yet looked.
 */
export function parseStat(text: string): Process | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ", 20);
  const [state, ppid, pgid, sid, ttyDevice, foregroundGroup] = fields;
  if (open < 0 || fields.length < 20) throw new Error(`/proc/PID/stat has an unknown form: ${text}`);
  if (state === "Z" || state === "X") return undefined;
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    tty: ttyOfDevice(Number(ttyDevice)),
    foregroundGroup: Number(foregroundGroup),
    startTicks: Number(fields[19]),
  };
}
