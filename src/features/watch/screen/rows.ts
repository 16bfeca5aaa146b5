/** The rows of the live screen: who is there, who has just come, and for a moment who has just gone. */
import type { SessionEvent } from "../../../domain/session-event.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import { columnOf, type ColumnName, type View } from "../../sessions/text/columns.ts";
import { sessionOrder, sortRows, type SortKey } from "../../sessions/text/sort.ts";

export interface Row {
  id: string;
  session: Session;
  news: "opened" | "closed" | undefined;
  /** When that was seen; milliseconds since the epoch. */
  newsMs: number;
}

/** How long what has happened is marked, at least until the next look. */
const newsLastMs = 6000;

export function nextRows(
  before: readonly Row[],
  sessions: readonly Session[],
  events: readonly SessionEvent[],
  nowMs: number,
): Row[] {
  const isNews = ({ newsMs }: Row) => nowMs - newsMs < newsLastMs;
  const known = new Map(before.map((row) => [row.id, row]));
  const opened = new Set(idsOf(events, "opened"));
  const there = sessions.map((session): Row => {
    const id = sessionId(session.identity);
    const row = known.get(id);
    if (opened.has(id)) return { id, session, news: "opened", newsMs: nowMs };
    const news = row?.news === "opened" && isNews(row) ? row.news : undefined;
    // Of a thousand rows most are as before.
    if (row?.session === session && row.news === news) return row;
    return { id, session, news, newsMs: row?.newsMs ?? nowMs };
  });
  const present = new Set(there.map(({ id }) => id));
  const closed = events.flatMap((event) => (event.kind === "closed" ? event.session : []));
  const justGone = closed.map((session): Row => {
    return { id: sessionId(session.identity), session, news: "closed", newsMs: nowMs };
  });
  const leaving = before.filter((row) => row.news === "closed" && isNews(row) && !present.has(row.id));
  return [...there, ...justGone, ...leaving];
}

function idsOf(events: readonly SessionEvent[], kind: "opened"): string[] {
  return events.flatMap((event) => (event.kind === kind ? sessionId(event.session.identity) : []));
}

/** @param filter - every word of it must be found somewhere in a row. */
export function shownRows(rows: readonly Row[], filter: string, sort: readonly SortKey[], view: View): Row[] {
  const words = filter.toLowerCase().split(" ").filter(Boolean);
  const matches = ({ session }: Row) => {
    const text = searched.map((name) => columnOf(name).text(session, view) ?? "").join(" ");
    return words.every((word) => text.toLowerCase().includes(word));
  };
  const order = sessionOrder(sort, view).map((compare) => (a: Row, b: Row) => compare(a.session, b.session));
  return sortRows(words.length === 0 ? rows : rows.filter(matches), order);
}

const searched: readonly ColumnName[] = ["user", "kind", "tty", "from", "pid", "phase", "key", "command"];
