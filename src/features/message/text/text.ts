/** What the users read, and what the one who writes to them does. */
import type { Caller } from "../../../system/caller.ts";
import { describeCaller } from "../../../system/caller.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { visible } from "../../../text/visible.ts";
import { plural } from "../../../text/words.ts";
import type { View } from "../../sessions/text/columns.ts";
import { gridOf } from "../../sessions/text/sessions-text.ts";
import type { Telling, ToldSession } from "../told.ts";

/** Each line of the text by itself, so that none of it can be anything but text. */
export function messageText(host: string, caller: Caller, lines: readonly string[]): string {
  const [first = "", ...others] = lines.map(visible);
  const head = `${visible(host)}: message from ${visible(describeCaller(caller))}:`;
  return others.length === 0 ? `${head} ${first}` : [head, first, ...others].join("\r\n");
}

const results: Readonly<Record<Telling, string>> = {
  told: "got it",
  own: "your own session, left out",
  "no-terminal": "has no terminal",
  blocked: "NOT TOLD: its user has stopped the output, or the client hangs",
  refused: "NOT TOLD: its terminal cannot be written to",
};

export async function renderTold(
  told: readonly ToldSession[],
  view: View,
  truncate: boolean,
  style: TextStyle,
): Promise<string> {
  const grid = gridOf(
    told.map(({ session }) => session),
    ["user", "kind", "tty", "from", "pid"],
    view,
  );
  const table = await renderGrid(withResults(grid, told), { headers: true, truncate }, style);
  return `${table}${summaryOf(told, view.host)}\n`;
}

function withResults({ columns, rows }: Grid, told: readonly ToldSession[]): Grid {
  return {
    columns: [...columns, { title: "RESULT" }],
    rows: told.map(({ telling = "told" }, index) => ({
      cells: [...(rows[index]?.cells ?? []), resultOf(told[index]?.telling, telling)],
      ...(telling === "blocked" || telling === "refused" ? { emphasis: "failed" } : {}),
    })),
  };
}

function resultOf(known: Telling | undefined, telling: Telling): string {
  return known === undefined ? "would get it" : results[telling];
}

function summaryOf(told: readonly ToldSession[], host: string): string {
  const count = told.filter(({ telling }) => telling === undefined || telling === "told").length;
  const isPlan = told.some(({ telling }) => telling === undefined);
  return visible(
    `${host}: ${String(count)} of ${plural(told.length, "session")} ${isPlan ? "would get it" : "got it"}`,
  );
}
