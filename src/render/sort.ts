import type { Session } from "../domain/session.ts";
import { byLogin } from "../domain/session-order.ts";
import { columnOf, type ColumnName, type View } from "./columns.ts";

export interface SortKey {
  column: ColumnName;
  descending: boolean;
}

/** What these columns leave open is in the usual order. Unknown values come last, in either direction. */
export function sortSessions(sessions: readonly Session[], keys: readonly SortKey[], view: View): Session[] {
  const comparisons = [...keys.map((key) => comparison(key, view)), byLogin];
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
