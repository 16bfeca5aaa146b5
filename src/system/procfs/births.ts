import type { Pid } from "../../domain/process.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";

/**
 * How far the kernel has come with giving out PIDs. It does so in turn and begins again at the end (alloc_pid() in its
 * kernel/pid.c), so two of these tell which PIDs can have gone to another process between them.
 */
export interface Births {
  /** The PID that was given out last: ns_last_pid, proc_sys_kernel(5). */
  last: Pid;
  /** Processes and threads since boot, of all namespaces: proc_stat(5). */
  forks: number;
  /** As many PIDs as there are: pid_max, proc_sys_kernel(5). */
  turn: number;
}

/** @returns undefined where the kernel does not tell, and where /proc shows other PIDs than those that it tells of. */
export function readBirths(files: Files): Births | undefined {
  const numberIn = (path: string, form: RegExp) => Number(form.exec(orUndefined(files.read(path)) ?? "")?.[1]);
  const last = numberIn("/proc/sys/kernel/ns_last_pid", /^(\d+)$/m);
  const forks = numberIn("/proc/stat", /^processes (\d+)$/m);
  const turn = numberIn("/proc/sys/kernel/pid_max", /^(\d+)$/m);
  // One number alone: /proc belongs to the namespace that the reader lives in, which is the one that `last` is about.
  const own = numberIn("/proc/self/status", /^NSpid:\t(\d+)$/m);
  return last >= 0 && forks >= 0 && turn > 0 && own > 0 ? { last, forks, turn } : undefined;
}

/** @returns whether a PID may have been given out after `before` and up to `now`. */
export function givenBetween(before: Births | undefined, now: Births | undefined): (pid: Pid) => boolean {
  if (before === undefined || now === undefined || now.forks - before.forks > now.turn / 2) return () => true;
  return before.last <= now.last
    ? (pid) => pid > before.last && pid <= now.last
    : (pid) => pid > before.last || pid <= now.last;
}
