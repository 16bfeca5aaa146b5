import { renderGrid } from "../../../text/render-grid.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import { localTime } from "../../../text/time.ts";
import type { LockState, ProvenLock } from "../prove.ts";

const states: Readonly<Record<LockState, string>> = {
  "in force": "IN FORCE",
  broken: "BROKEN",
  interrupted: "INTERRUPTED",
  foreign: "not ours",
};

export async function renderLocks(
  found: readonly ProvenLock[],
  layout: { headers: boolean; truncate: boolean },
  style: TextStyle,
  nowMs: number,
): Promise<string> {
  if (found.length === 0 && style.width !== undefined) return "no account is locked\n";
  const grid: Grid = {
    columns: [
      { title: "USER" },
      { title: "STATE" },
      { title: "BY" },
      { title: "SINCE" },
      { title: "METHOD" },
      { title: "REASON", shrinks: 1 },
      { title: "PROOF", shrinks: 2 },
    ],
    rows: found.map(({ user, state, record, text }) => ({
      cells: [
        user,
        states[state],
        record?.by,
        record && localTime(record.atMs, nowMs),
        record === undefined ? "expiry" : record.mechanism.kind === "deny" ? "DenyUsers" : "expiry",
        record?.reason,
        text,
      ],
    })),
  };
  return renderGrid(grid, layout, style);
}
