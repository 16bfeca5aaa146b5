import type { Session } from "../domain/session.ts";
import { columnOf, type ColumnName, type View } from "./columns.ts";

export interface SortKey {
  column: ColumnName;
  descending: boolean;
}

/** Longest here first; two of the same moment by PID, so that the order is always the same. */
export const defaultSort: readonly SortKey[] = [
  { column: "login", descending: false },
  { column: "pid", descending: false },
];

/** Unknown values come last, in either direction. */
export function sortSessions(sessions: readonly Session[], keys: readonly SortKey[], view: View): Session[] {
  const comparisons = [...keys, ...defaultSort].map((key) => comparison(key, view));
  return sessions.toSorted((a, b) => {
    for (const compare of comparisons) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  });
}

function comparison({ column, descending }: SortKey, view: View): (a: Session, b: Session) => number {
  const { order, text } = columnOf(column);
  const valueOf = (session: Session) => (order === undefined ? text(session, view) : order(session));
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === right) return 0;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return (left < right ? -1 : 1) * sign;
  };
}
