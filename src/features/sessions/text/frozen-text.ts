import type { Frozen } from "../../../domain/frozen.ts";
import { fullTime, localTime } from "../../../text/time.ts";

const endings = { thaw: "then thawed", kill: "then killed" } as const;

/** "by root since 2026-11-28 18:00:00 +0000, INC-1, until 2026-11-28 19:00:00 +0000, then thawed (20261128T180000000-7f2c)" */
export function frozenText({ by, fault }: Frozen): string {
  const trouble = fault === undefined ? "" : `; NOBODY WILL THAW IT: ${fault}`;
  if (by === undefined) return `yes${trouble}`;
  const why = by.reason === undefined ? "" : `, ${by.reason}`;
  return `by ${by.name} since ${fullTime(by.sinceMs)}${why}, until ${fullTime(by.untilMs)}, ${endings[by.ending]} (${by.id})${trouble}`;
}

/** "until 19:00, then killed": for a column. */
export function shortFrozenText({ by, fault }: Frozen, nowMs: number): string {
  if (fault !== undefined) return "NOBODY THAWS IT";
  return by === undefined ? "yes" : `until ${localTime(by.untilMs, nowMs)}, ${endings[by.ending]}`;
}
