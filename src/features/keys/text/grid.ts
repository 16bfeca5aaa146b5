/** Keys and findings as rows and columns. */
import type { Finding } from "../inventory/findings.ts";
import { areLoginsTold, type KeyReport } from "../inventory/key-report.ts";
import type { Grid } from "../../../text/grid.ts";
import { keyColumnOf, type KeyColumnName } from "./columns.ts";

/** @param exact - exact values for programs, short ones for people. */
export function keyGrid(report: KeyReport, names: readonly KeyColumnName[], exact: boolean): Grid {
  const { keys, takenAtMs } = report;
  const isTold = areLoginsTold(report);
  const columns = names.map((name) => ({ name, ...keyColumnOf(name) }));
  return {
    columns,
    rows: keys.map((key) => ({
      cells: columns.map(({ text, data, fromLogs }) =>
        fromLogs === true && !isTold ? undefined : (exact ? (data ?? text) : text)(key, takenAtMs),
      ),
      ...(key.listed.state === "accepted" ? {} : { emphasis: "dim" as const }),
    })),
  };
}

/** For programs; people read renderFindings(). */
export function findingGrid(findings: readonly Finding[], wide: boolean): Grid {
  const titles = ["SEVERITY", "ID", "USER", "FILE", "LINE", "FINGERPRINT", "REASON", ...(wide ? ["REMEDY"] : [])];
  return {
    columns: titles.map((title) => ({
      title,
      ...(title === "LINE" ? { align: "right" as const } : {}),
    })),
    rows: findings.map(({ id, severity, user, path, line, fingerprint, reason, remedy }) => ({
      cells: [severity, id, user, path, line?.toString(), fingerprint, reason, ...(wide ? [remedy] : [])],
    })),
  };
}
