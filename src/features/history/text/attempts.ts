/** Attempts for people, and docs/schemas/history-failed-1.json. */
import type { Grid, GridRow } from "../../../text/grid.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import type { AttemptCountJson, HistoryFailedDocument } from "../../../text/json-contract.ts";
import { dayAndTime, isoTime, localDay } from "../../../text/time.ts";
import { attemptKeys, type AttemptCount, type AttemptKey } from "../attempts.ts";
import type { AttemptHistory } from "../read/read-attempts.ts";
import type { AskedTime } from "../times.ts";
import { sourcesToJson } from "./history-json.ts";

export function renderAttemptsJson(history: AttemptHistory, by: AttemptKey | undefined, asked: AskedTime): string {
  return renderJson<HistoryFailedDocument>({
    schema: "sshctl.history-failed/1",
    host: history.host,
    takenAt: isoTime(history.takenAtMs),
    since: isoTime(asked.fromMs),
    until: isoTime(asked.toMs),
    by: by === undefined ? ["from", "user", "method"] : [by],
    attempts: history.counts.map(attemptToJson),
    sources: sourcesToJson(history.sources),
    warnings: history.warnings,
  });
}

export function attemptToJson(count: AttemptCount): Told<AttemptCountJson> {
  const { from, user, isInvalid, method, startMs, attempts, logins, firstMs, lastMs, isVerified } = count;
  return {
    from: from ?? null,
    user: user ?? null,
    invalid: isInvalid,
    method: method ?? null,
    start: startMs === undefined ? null : isoTime(startMs),
    attempts,
    logins,
    firstAt: isoTime(firstMs),
    lastAt: isoTime(lastMs),
    verified: isVerified,
  };
}

/** @param forData - for programs: times in UTC, and columns that are there whatever they tell. */
export function attemptsGrid(counts: readonly AttemptCount[], by: AttemptKey | undefined, forData: boolean): Grid {
  const time = (ms: number) => (forData ? isoTime(ms) : dayAndTime(ms));
  const none = forData ? undefined : "-";
  const texts: Readonly<Record<AttemptKey, (count: AttemptCount) => string | undefined>> = {
    from: ({ from }) => from ?? none,
    user: ({ user, isInvalid }) => (user === undefined ? none : `${user}${isInvalid && !forData ? " (invalid)" : ""}`),
    method: ({ method }) => method ?? none,
    hour: ({ startMs = 0 }) => (forData ? isoTime(startMs) : dayAndTime(startMs).slice(0, -3)),
    day: ({ startMs = 0 }) => (forData ? isoTime(startMs) : localDay(startMs)),
  };
  const keys = attemptKeys.filter((key) => (by === undefined ? key !== "hour" && key !== "day" : key === by));
  const isUser = keys.includes("user");
  return {
    columns: [
      ...keys.map((key) => ({
        title: key.toUpperCase(),
        ...(key === "from" ? { last: true as const } : { shrinks: 1 }),
      })),
      ...(forData && isUser ? [{ title: "INVALID" }] : []),
      { title: "ATTEMPTS", align: "right" },
      { title: "LOGINS", align: "right" },
      { title: "FIRST", spare: 1 },
      { title: "LAST" },
    ],
    rows: counts.map((count): GridRow => ({
      cells: [
        ...keys.map((key) => texts[key](count)),
        ...(forData && isUser ? [count.isInvalid ? "yes" : "no"] : []),
        `${String(count.attempts)}${count.isVerified || forData ? "" : "?"}`,
        String(count.logins),
        time(count.firstMs),
        time(count.lastMs),
      ],
    })),
  };
}
