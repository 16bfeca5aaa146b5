/** How many connections there were: of each user, address or key, in each hour or day. Pure. */
import { groupBy } from "../../domain/group-by.ts";
import type { Row } from "./choose.ts";
import type { FleetRow } from "./fleet/fleet-history.ts";
import type { Connection } from "./join/connection.ts";

export const countKeys = ["user", "from", "key", "hour", "day"] as const;
export type CountKey = (typeof countKeys)[number];
/** Of many hosts. */
export const fleetCountKeys = [...countKeys, "host"] as const;
export type FleetCountKey = (typeof fleetCountKeys)[number];

export interface HistoryCount {
  /** A name, an address, a fingerprint, a host, or the start of an hour or a day in milliseconds since the epoch; undefined: not known. */
  value: string | number | undefined;
  /** The comment of a key. */
  comment: string | undefined;
  connections: number;
  /** Of all of them together, as far as it is known. */
  durationMs: number;
  /** Of the logins; undefined where none is known. Milliseconds since the epoch. */
  firstMs: number | undefined;
  lastMs: number | undefined;
}

/** Times in their order, all else with the largest first. */
export function countRows(rows: readonly Row[], key: CountKey): HistoryCount[] {
  return countBy(rows, key, ({ connection }) => valueOf(connection, key));
}

export function countFleetRows(rows: readonly FleetRow[], key: FleetCountKey): HistoryCount[] {
  return countBy(rows, key, ({ host, connection }) => (key === "host" ? host : valueOf(connection, key)));
}

function countBy<Each extends Row>(
  rows: readonly Each[],
  key: FleetCountKey,
  valueIn: (row: Each) => HistoryCount["value"],
): HistoryCount[] {
  const counts = [...groupBy(rows, valueIn)].map(([value, group]) => countOf(value, group, key));
  return key === "hour" || key === "day"
    ? counts.toSorted((a, b) => Number(a.value ?? 0) - Number(b.value ?? 0))
    : counts.toSorted((a, b) => b.connections - a.connections || String(a.value).localeCompare(String(b.value), "en"));
}

function countOf(value: HistoryCount["value"], rows: readonly Row[], key: FleetCountKey): HistoryCount {
  const group = rows.map(({ connection }) => connection);
  const comments = key === "key" ? group.flatMap(({ auth }) => auth?.key?.comment ?? []) : [];
  const logins = group.flatMap(({ loginMs }) => loginMs ?? []);
  return {
    value,
    comment: comments[0],
    connections: group.length,
    durationMs: group.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    firstMs: logins.reduce<number | undefined>((least, ms) => Math.min(least ?? ms, ms), undefined),
    lastMs: logins.reduce<number | undefined>((most, ms) => Math.max(most ?? ms, ms), undefined),
  };
}

function valueOf({ user, uid, peer, auth, loginMs }: Connection, key: CountKey): HistoryCount["value"] {
  switch (key) {
    case "user":
      return user ?? uid?.toString();
    case "from":
      return peer?.address;
    case "key":
      return auth?.key?.fingerprint;
    case "hour":
    case "day":
      return loginMs === undefined ? undefined : startOf(loginMs, key);
  }
}

/** In the time zone of the terminal. An hour that clocks go through twice is two hours. */
export function startOf(timeMs: number, unit: "hour" | "day"): number {
  const time = new Date(timeMs);
  if (unit === "day") return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
  const intoHourMs = (time.getMinutes() * 60 + time.getSeconds()) * 1000 + time.getMilliseconds();
  return time.getTime() - intoHourMs;
}
