import type { ProcessIdentity } from "./process.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * When a process was started, in milliseconds since the epoch. A machine that boots after its processes started has a virtual uptime
 * (lxcfs): better no time than a wrong one.
 */
export function startOf(
  { bootedAtMs, takenAtMs }: Pick<Snapshot, "bootedAtMs" | "takenAtMs">,
  { startTicks }: Pick<ProcessIdentity, "startTicks">,
): number | undefined {
  if (bootedAtMs === undefined) return undefined;
  const started =
    Math.round((bootedAtMs + startTicks * millisecondsPerTick) / millisecondsPerTick) * millisecondsPerTick;
  return started <= takenAtMs + 1000 ? Math.min(started, takenAtMs) : undefined;
}

/** USER_HZ is 100 on every architecture that Node runs on: the kernel's include/uapi/asm-generic/param.h. */
const millisecondsPerTick = 10;
