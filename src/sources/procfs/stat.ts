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
  const [state, ppid, pgid, sid, ttyDevice, foregroundGroup] = text.slice(close + 2).split(" ", 6);
  const startTicks = fieldAt(text, close + 2, 19);
  if (open < 0 || startTicks === undefined) throw new Error(`/proc/PID/stat has an unknown form: ${text}`);
  if (state === "Z" || state === "X") return undefined;
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    tty: ttyOfDevice(Number(ttyDevice)),
    foregroundGroup: Number(foregroundGroup),
    startTicks,
  };
}

/** Without cutting the text to pieces: there are thousands of these texts. */
function fieldAt(text: string, start: number, index: number): number | undefined {
  let from = start;
  for (let passed = 0; passed < index; passed += 1) {
    from = text.indexOf(" ", from) + 1;
    if (from === 0) return undefined;
  }
  return Number.parseInt(text.slice(from, from + 20), 10);
}
