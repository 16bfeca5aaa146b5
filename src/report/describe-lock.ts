import type { LockedAccount } from "../domain/session.ts";
import { fullTime } from "../text/time.ts";

/** "locked by root since 2026-11-28 18:00:00 +0000, INC-1 (20261128T180000000-7f2c)" */
export function describeLock({ sinceMs, by, reason, id }: Omit<LockedAccount, "user" | "uid">): string {
  const why = reason === undefined ? "" : `, ${reason}`;
  return `locked by ${by} since ${fullTime(sinceMs)}${why} (${id})`;
}
