import type { Pid } from "../../domain/process.ts";
import { isPresent, type Files, type Start } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";

/** Stands where something was cut off. */
const cutMark = "…";

/**
 * The arguments of a process, /proc/PID/cmdline, proc(5): as many as are read of them, whatever it says that it has.
 *
 * @returns undefined for one without any, such as a thread of the kernel's, and where they cannot be read.
 */
export function readArguments(files: Files, pid: Pid): readonly string[] | undefined {
  const start = readCommandLine(files, pid);
  if (start === undefined || start.text === "") return undefined;
  const text = start.isCut ? start.text + cutMark : start.text;
  return text.replace(/\0+$/, "").split("\0");
}

export function readCommandLine(files: Files, pid: Pid): Start | undefined {
  const start = files.start(`/proc/${String(pid)}/cmdline`, limits.commandLine, 0);
  return isPresent(start) ? start : undefined;
}
