import type { Process } from "../../domain/process.ts";
import { ttyOfDevice } from "../../domain/tty.ts";
import { quoted } from "../../text/quoted.ts";

/**
 * Reads /proc/PID/stat, proc(5). The second field, comm, is the process's own choice and may hold spaces, parentheses
 * and newlines; the fields that follow start behind the last parenthesis.
 *
 * @returns undefined for a zombie: it has ended, and its parent has not yet looked.
 */
export function parseStat(text: string): Process | undefined {
  const fields = form.exec(text);
  if (fields === null) throw new Error(`/proc/PID/stat has an unknown form: ${quoted(text)}`);
  const state = fields[3];
  if (state === "Z" || state === "X") return undefined;
  return {
    pid: Number(fields[1]),
    comm: fields[2] ?? "",
    ppid: Number(fields[4]),
    pgid: Number(fields[5]),
    sid: Number(fields[6]),
    tty: ttyOfDevice(Number(fields[7])),
    foregroundGroup: Number(fields[8]),
    startTicks: Number(fields[9]),
  };
}

/** In one expression, and its parts by their numbers: there are thousands of these texts. Fields 9 to 21 are passed over. */
const form = /^(\d+) \((.*)\) (\S) (-?\d+) (-?\d+) (-?\d+) (-?\d+) (-?\d+) (?:\S+ ){13}(\d+)(?: |$)/s;
