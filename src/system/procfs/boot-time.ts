import { orUndefined, type Files } from "../../host/files/files.ts";

/**
 * From btime, which is in whole seconds, so that a session's start is the same in every list; from the uptime, in steps of
 * 10 ms that no two readings agree on, where there is no btime or the two contradict each other (virtual uptime, lxcfs).
 */
export function bootTime(files: Files, nowMs: number): number | undefined {
  const seconds = Number.parseFloat(orUndefined(files.read("/proc/uptime")) ?? "");
  const measured = seconds >= 0 ? nowMs - seconds * 1000 : undefined;
  const stat = orUndefined(files.read("/proc/stat")) ?? "";
  const stated = Number(/^btime (\d+)$/m.exec(stat)?.[1]) * 1000;
  return measured !== undefined && Math.abs(measured - stated) < 2000 ? stated : measured;
}
