import type { Session } from "./session.ts";

/** Longest here first, unknown times last; two of the same moment by PID: wherever sessions are told, they stand like this. */
export function byLogin(one: Session, other: Session): number {
  const { startedAtMs = Infinity } = one;
  const { startedAtMs: otherMs = Infinity } = other;
  if (startedAtMs !== otherMs) return startedAtMs < otherMs ? -1 : 1;
  return one.pid - other.pid;
}
