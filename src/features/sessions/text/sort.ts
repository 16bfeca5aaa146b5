import type { Session } from "../../../domain/session.ts";
import { byLogin } from "../../../domain/session-order.ts";
import { columnOf, type ColumnName, type View } from "./columns.ts";

/** What rows are ordered by: a column of theirs. */
export interface SortKey<Name extends string = ColumnName> {
  column: Name;
  descending: boolean;
}

/** How rows and columns are shown. */
export interface RowsLayout<Name extends string = ColumnName> {
  /** Undefined: the usual ones of the format. */
  columns: readonly Name[] | undefined;
  sort: readonly SortKey<Name>[];
  headers: boolean;
  /** Cut cells to the width of the terminal. */
  truncate: boolean;
}

/** What orders two rows, as for Array.prototype.sort(). */
export type Compare<Row> = (a: Row, b: Row) => number;

export function sortSessions(sessions: readonly Session[], keys: readonly SortKey[], view: View): Session[] {
  return sortRows(sessions, sessionOrder(keys, view));
}

/** What these columns leave open is in the usual order. */
export function sessionOrder(keys: readonly SortKey[], view: View): Compare<Session>[] {
  const valueOf = (column: ColumnName) => {
    const { order, text } = columnOf(column);
    return order ?? ((session: Session) => text(session, view));
  };
  return [...comparisons(keys, valueOf), byLogin];
}

/** @param valueOf - what a row has in a column; unknown values come last, in either direction. */
export function comparisons<Row, Name extends string>(
  keys: readonly SortKey<Name>[],
  valueOf: (column: Name) => (row: Row) => number | string | undefined,
): Compare<Row>[] {
  return keys.map(({ column, descending }) => comparison(valueOf(column), descending ? -1 : 1));
}

/** By the first comparison that tells two rows apart; otherwise they stay as they are. */
export function sortRows<Row>(rows: readonly Row[], order: readonly Compare<Row>[]): Row[] {
  return rows.toSorted((a, b) => {
    for (const compare of order) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  });
}

function comparison<Row>(valueOf: (row: Row) => number | string | undefined, sign: 1 | -1): Compare<Row> {
  return (a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === right) return 0;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return (left < right ? -1 : 1) * sign;
  };
}
