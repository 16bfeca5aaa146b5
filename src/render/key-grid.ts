/** Keys and findings as rows and columns. */
import { severities, type Finding } from "../keys/findings.ts";
import { areLoginsTold, type JudgedKey, type KeyReport } from "../keys/key-report.ts";
import { shortFingerprint } from "./columns.ts";
import type { Grid, GridColumn } from "./grid.ts";
import { isoTime, localTime } from "./time.ts";

interface KeyColumn extends GridColumn {
  /** Only in the wide table and for programs. */
  wide?: true;
  /** Not known where no log tells of logins. */
  fromLogs?: true;
  text: (key: JudgedKey, nowMs: number) => string | undefined;
  /** For programs, where it differs. */
  data?: (key: JudgedKey, nowMs: number) => string | undefined;
}

const columns: readonly KeyColumn[] = [
  { title: "USER", shrinks: 4, text: ({ listed }) => listed.account.name },
  { title: "UID", align: "right", wide: true, text: ({ listed }) => String(listed.account.uid) },
  { title: "TYPE", text: ({ listed }) => (listed.options.certAuthority ? `${listed.key.name} CA` : listed.key.name) },
  { title: "BITS", align: "right", spare: 1, text: ({ listed }) => number(listed.key.bits) },
  { title: "FINGERPRINT", shrinks: 2, least: shortFingerprint, text: ({ listed }) => listed.key.sha256 },
  { title: "COMMENT", shrinks: 3, text: ({ listed }) => listed.comment },
  { title: "STATE", text: ({ listed }) => listed.state },
  {
    title: "LAST",
    spare: 4,
    text: ({ use }, nowMs) => use.last && localTime(use.last.timeMs, nowMs) + mark(use.last.verified),
    data: ({ use }) => use.last && isoTime(use.last.timeMs),
  },
  { title: "FROM", shrinks: 5, last: true, spare: 2, text: ({ use }) => use.last?.address },
  {
    title: "LOGINS",
    align: "right",
    spare: 3,
    fromLogs: true,
    text: ({ use }) => String(use.verified + use.unverified),
  },
  { title: "UNVERIFIED", align: "right", wide: true, fromLogs: true, text: ({ use }) => String(use.unverified) },
  { title: "OPEN", align: "right", fromLogs: true, text: ({ sessions }) => String(sessions.length) },
  { title: "FILE", wide: true, text: ({ listed }) => listed.path },
  { title: "LINE", align: "right", wide: true, text: ({ listed }) => String(listed.line) },
  { title: "OPTIONS", wide: true, text: ({ listed }) => listed.options.text || undefined },
  { title: "FINDINGS", shrinks: 1, text: ({ findings }) => worstFirst(findings) },
];

/** @param exact - exact values for programs, short ones for people. */
export function keyGrid(report: KeyReport, wide: boolean, exact: boolean): Grid {
  const { keys, takenAtMs } = report;
  const isTold = areLoginsTold(report);
  const shown = columns.filter((column) => wide || column.wide !== true);
  return {
    columns: shown,
    rows: keys.map((key) => ({
      cells: shown.map(({ text, data, fromLogs }) =>
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
      cells: [severity, id, user, path, number(line), fingerprint, reason, ...(wide ? [remedy] : [])],
    })),
  };
}

/** A narrow table cuts the end. */
function worstFirst(findings: readonly Finding[]): string | undefined {
  const sorted = findings.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
  return sorted.map(({ id }) => id).join(" ") || undefined;
}

function number(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** What only a file tells to which every user can write. */
function mark(verified: boolean): string {
  return verified ? "" : "?";
}
