import type { CountDocument } from "../../../text/json-contract.ts";
import type { ChosenSessions } from "../../../domain/choose-sessions.ts";
import type { Count, CountKey } from "../../../domain/count-sessions.ts";
import type { SessionReport } from "../../../domain/session.ts";
import { leftOut } from "../../../domain/warnings.ts";
import { renderCsv } from "../../../text/csv.ts";
import { withHost, type Grid, type GridColumn, type TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime } from "../../../text/time.ts";

export const countFormats = ["table", "json", "csv"] as const;

export type CountFormat = (typeof countFormats)[number];

export interface CountLayout {
  format: CountFormat;
  headers: boolean;
}

export interface CountedSessions {
  report: SessionReport;
  chosen: ChosenSessions;
  groups: { key: CountKey; counts: readonly Count[] } | undefined;
}

/** A bare number, or a row for every value of what was counted by. */
export async function renderCount(
  counted: CountedSessions,
  { format, headers }: CountLayout,
  look: TextStyle,
): Promise<string> {
  if (format === "json") return renderCountJson(counted);
  const { report, chosen, groups } = counted;
  const total = chosen.sessions.length;
  if (groups === undefined && format === "table") return `${String(total)}\n`;
  const grid = countGrid(total, groups);
  if (format === "csv") return renderCsv(withHost(grid, report.host), headers);
  return renderGrid(grid, { headers, truncate: true }, look);
}

const countColumn: GridColumn = { title: "COUNT", align: "right" };

/** The number alone, or a row for every value, whatever was counted by. */
export function countGrid(total: number, groups: { key: string; counts: readonly Count[] } | undefined): Grid {
  if (groups === undefined) return { columns: [countColumn], rows: [{ cells: [String(total)] }] };
  return {
    columns: [{ title: groups.key.toUpperCase(), shrinks: 1 }, countColumn],
    rows: groups.counts.map(({ value, count }) => ({ cells: [value, String(count)] })),
  };
}

/** docs/schemas/count-1.json */
function renderCountJson({ report, chosen, groups }: CountedSessions): string {
  return renderJson<CountDocument>({
    schema: "sshctl.count/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    total: chosen.sessions.length,
    by: groups?.key ?? null,
    groups: groups?.counts.map(({ value, count }) => ({ value: value ?? null, count })) ?? null,
    authenticating: chosen.authenticating,
    opening: chosen.opening,
    closing: chosen.closing,
    hidden: chosen.hidden,
    warnings: [...report.warnings, ...leftOut(chosen.undecided, report.warnings)],
  });
}
