/** Counts of a history: docs/schemas/history-counts-1.json, and rows for people. */
import { formatDuration } from "../../../domain/duration.ts";
import type { Grid, GridRow } from "../../../text/grid.ts";
import type { Told } from "../../../text/json.ts";
import type { HistoryCountJson } from "../../../text/json-contract.ts";
import { dayAndTime, isoTime, localDay } from "../../../text/time.ts";
import type { FleetCountKey, HistoryCount } from "../counts.ts";

export function countToJson({
  value,
  comment,
  connections,
  durationMs,
  firstMs,
  lastMs,
}: HistoryCount): Told<HistoryCountJson> {
  return {
    value: typeof value === "number" ? isoTime(value) : (value ?? null),
    comment: comment ?? null,
    connections,
    seconds: durationMs / 1000,
    firstAt: firstMs === undefined ? null : isoTime(firstMs),
    lastAt: lastMs === undefined ? null : isoTime(lastMs),
  };
}

/** @param forData - for programs: times in UTC, durations in seconds. */
export function countsGrid(counts: readonly HistoryCount[], key: FleetCountKey, forData: boolean): Grid {
  const time = (ms: number | undefined) => (ms === undefined ? undefined : forData ? isoTime(ms) : dayAndTime(ms));
  return {
    columns: [
      { title: key.toUpperCase(), last: true },
      { title: "COMMENT", tells: "something" },
      { title: "CONNECTIONS", align: "right" },
      { title: forData ? "SECONDS" : "LASTED", align: "right" },
      { title: "FIRST" },
      { title: "LAST" },
    ],
    rows: counts.map(({ value, comment, connections, durationMs, firstMs, lastMs }): GridRow => {
      const lasted = durationMs / 1000;
      const cells = [
        typeof value === "number" ? timeValue(value, key, forData) : (value ?? (forData ? undefined : "unknown")),
        comment,
        String(connections),
        forData ? String(Math.floor(lasted)) : formatDuration(lasted),
        time(firstMs),
        time(lastMs),
      ];
      return { cells };
    }),
  };
}

function timeValue(timeMs: number, key: FleetCountKey, forData: boolean): string {
  if (forData) return isoTime(timeMs);
  return key === "day" ? localDay(timeMs) : dayAndTime(timeMs).slice(0, -3);
}
