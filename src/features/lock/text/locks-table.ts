import { renderGrid } from "../../../text/render-grid.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import { dayAndTime, localTime } from "../../../text/time.ts";
import type { ProvenEveryone } from "../everyone/prove.ts";
import { describeExcept } from "../everyone/text.ts";
import type { Term } from "../../../system/locks/term.ts";
import type { LockState, ProvenLock } from "../prove.ts";

const states: Readonly<Record<LockState, string>> = {
  "in force": "IN FORCE",
  broken: "BROKEN",
  interrupted: "INTERRUPTED",
  open: "OPEN",
  foreign: "not ours",
};

export async function renderLocks(
  found: readonly ProvenLock[],
  everyone: ProvenEveryone | undefined,
  layout: { headers: boolean; truncate: boolean },
  style: TextStyle,
  nowMs: number,
): Promise<string> {
  if (found.length === 0 && everyone === undefined && style.width !== undefined) return "no account is locked\n";
  const grid: Grid = {
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
    rows: [
      ...everyoneRows(everyone, nowMs),
      ...found.map(({ user, state, record, text }) => ({
        cells: [
          user,
          states[state],
          record?.by,
          record && localTime(record.atMs, nowMs),
          untilCell(record?.opened ?? record?.end, nowMs),
          record?.id,
          record === undefined ? "expiry" : record.mechanism.kind === "deny" ? "DenyUsers" : "expiry",
          record?.reason,
          text,
        ],
      })),
    ],
  };
  return renderGrid(grid, layout, style);
}

function everyoneRows(everyone: ProvenEveryone | undefined, nowMs: number): Grid["rows"] {
  if (everyone === undefined) return [];
  const { record, state, text } = everyone;
  const { id, except, by, atMs, end, reason } = record;
  const cells = [
    describeExcept(except),
    states[state],
    by,
    localTime(atMs, nowMs),
    untilCell(end, nowMs),
    id,
    "DenyUsers",
    reason,
    text,
  ];
  return [{ cells }];
}

/** What is to come is never "this week", as what has been is. */
function untilCell(term: Term | undefined, nowMs: number): string | undefined {
  if (term === undefined) return undefined;
  const isToday = new Date(term.untilMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? localTime(term.untilMs, nowMs) : dayAndTime(term.untilMs).slice(0, 16);
}
