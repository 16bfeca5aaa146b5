import { renderGrid } from "../../../text/render-grid.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import { dayAndTime, localTime } from "../../../text/time.ts";
import type { ProvenEveryone } from "../everyone/prove.ts";
import { describeExcept } from "../everyone/text.ts";
import type { LockState, ProvenLock } from "../prove.ts";

const states: Readonly<Record<LockState, string>> = {
  "in force": "IN FORCE",
  broken: "BROKEN",
  interrupted: "INTERRUPTED",
  open: "OPEN",
  foreign: "not ours",
};

/** One lock, as a row of a table. */
export interface LockRow {
  user: string;
  state: LockState;
  /** Undefined for a lock by other hands, as all else that only a record tells. */
  by: string | undefined;
  atMs: number | undefined;
  /** When it ends, or is locked again. */
  untilMs: number | undefined;
  id: string | undefined;
  method: "expiry" | "DenyUsers";
  reason: string | undefined;
  text: string;
}

export async function renderLocks(
  found: readonly ProvenLock[],
  everyone: ProvenEveryone | undefined,
  layout: { headers: boolean; truncate: boolean },
  style: TextStyle,
  nowMs: number,
): Promise<string> {
  if (found.length === 0 && everyone === undefined && style.width !== undefined) return "no account is locked\n";
  const rows = [...everyoneRows(everyone), ...found.map(lockRow)];
  return renderGrid(locksGrid(rows, nowMs), layout, style);
}

export function locksGrid(rows: readonly LockRow[], nowMs: number): Grid {
  return {
    columns: [
      { title: "USER" },
      { title: "STATE" },
      { title: "BY" },
      { title: "SINCE" },
      { title: "UNTIL" },
      { title: "ID" },
      { title: "METHOD", spare: 1 },
      { title: "REASON", shrinks: 1 },
      { title: "PROOF", shrinks: 2, spare: 2 },
    ],
    rows: rows.map(({ user, state, by, atMs, untilMs, id, method, reason, text }) => ({
      cells: [
        user,
        states[state],
        by,
        atMs === undefined ? undefined : localTime(atMs, nowMs),
        untilCell(untilMs, nowMs),
        id,
        method,
        reason,
        text,
      ],
    })),
  };
}

function lockRow({ user, state, record, text }: ProvenLock): LockRow {
  return {
    user,
    state,
    by: record?.by,
    atMs: record?.atMs,
    untilMs: (record?.opened ?? record?.end)?.untilMs,
    id: record?.id,
    method: record?.mechanism.kind === "deny" ? "DenyUsers" : "expiry",
    reason: record?.reason,
    text,
  };
}

function everyoneRows(everyone: ProvenEveryone | undefined): LockRow[] {
  if (everyone === undefined) return [];
  const { record, state, text } = everyone;
  const { id, except, by, atMs, end, reason } = record;
  return [
    {
      user: describeExcept(except),
      state,
      by,
      atMs,
      untilMs: end?.untilMs,
      id,
      method: "DenyUsers",
      reason,
      text,
    },
  ];
}

/** What is to come is never "this week", as what has been is. */
function untilCell(untilMs: number | undefined, nowMs: number): string | undefined {
  if (untilMs === undefined) return undefined;
  const isToday = new Date(untilMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? localTime(untilMs, nowMs) : dayAndTime(untilMs).slice(0, 16);
}
