import type { Reader } from "../../../cli/values.ts";
import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import type { Session } from "../../../domain/session.ts";
import {
  columnNames,
  columnOf,
  defaultColumns,
  wideColumns,
  type Column,
  type ColumnName,
  type View,
} from "../text/columns.ts";

export type FleetColumnName = ColumnName | "age";

const ageSeconds = ({ startedAtMs }: Session, { nowMs }: View) => secondsSince(startedAtMs, nowMs);

/** Of a fleet clocks differ, so how long somebody is there says more than since when. */
const age: Column = {
  title: "AGE",
  align: "right",
  spare: 3,
  text: (session, view) => {
    const seconds = ageSeconds(session, view);
    return seconds === undefined ? undefined : formatDuration(seconds);
  },
  data: (session, view) => {
    const seconds = ageSeconds(session, view);
    return seconds === undefined ? undefined : String(seconds);
  },
  order: ({ startedAtMs }) => startedAtMs && -startedAtMs,
};

export function fleetColumnOf(name: FleetColumnName): Column {
  return name === "age" ? age : columnOf(name);
}

export const fleetColumnNames: readonly FleetColumnName[] = [...columnNames, "age"];

const withAge = (names: readonly ColumnName[]): FleetColumnName[] => [
  "host",
  ...names.map((name) => (name === "login" ? "age" : name)),
];

/** Those that tell nothing of any row are left out. */
export const usualColumns: readonly FleetColumnName[] = withAge(defaultColumns);
export const usualWideColumns: readonly FleetColumnName[] = withAge(wideColumns);

export const fleetColumn: Reader<FleetColumnName> = {
  allowed: fleetColumnNames.join(", "),
  read: (text) => fleetColumnNames.find((name) => name === text || fleetColumnOf(name).title.toLowerCase() === text),
};
