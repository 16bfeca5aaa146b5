import type { Pid } from "../../domain/process.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";

/** Bytes that have gone through read(2) and write(2), whatever they are read from and written to. */
export interface ProcessIo {
  read: number;
  written: number;
}

/** @returns undefined where the process is gone, or the kernel refuses to tell: it takes CAP_SYS_PTRACE. */
export function readProcessIo(files: Files, pid: Pid): ProcessIo | undefined {
  return parseProcessIo(orUndefined(files.read(`/proc/${String(pid)}/io`, 0)) ?? "");
}

/**
 * Reads /proc/PID/io, proc_pid_io(5): "rchar: N" and "wchar: N" lead. Children that have ended and been waited for count with their
 * parent (kernel/exit.c, wait_task_zombie).
 */
export function parseProcessIo(text: string): ProcessIo | undefined {
  const [, read, written] = /^rchar: (\d{1,15})\nwchar: (\d{1,15})\n/.exec(text) ?? [];
  return read === undefined ? undefined : { read: Number(read), written: Number(written) };
}
