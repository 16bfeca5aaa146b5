/** Keys and findings as rows and columns. */
import { reasonOf, remedyOf } from "./faults.ts";
import type { Finding } from "../inventory/findings.ts";
import { areLoginsTold, type KeyReport } from "../inventory/key-report.ts";
import type { Grid } from "../../../text/grid.ts";
import { keyColumnOf, type KeyColumnName } from "./columns.ts";

/** @param isData - exact values for programs; otherwise short ones for people. */
export function keyGrid(report: KeyReport, names: readonly KeyColumnName[], isData: boolean): Grid {
  const isTold = areLoginsTold(report);
  const columns = names.map((name) => ({ name, ...keyColumnOf(name) }));
  return {
    columns,
    rows: report.keys.map((key) => ({
      cells: columns.map(({ text, data, fromLogs }) =>
        fromLogs === true && !isTold ? undefined : (isData ? (data ?? text) : text)(key, report),
      ),
      ...(key.listed.state === "accepted" ? {} : { emphasis: "dim" as const }),
    })),
  };
}

/** For programs; people read renderFindings(). */
export function findingGrid(findings: readonly Finding[]): Grid {
  return {
    columns: ["SEVERITY", "ID", "USER", "FILE", "LINE", "FINGERPRINT", "REASON", "REMEDY"].map((title) => ({ title })),
    rows: findings.map(({ fault, severity, user, path, line, fingerprint }) => ({
      cells: [severity, fault.id, user, path, line?.toString(), fingerprint, reasonOf(fault), remedyOf(fault)],
    })),
  };
}
