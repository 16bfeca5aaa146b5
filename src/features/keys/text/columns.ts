/** This room shows keys and findings: as a table, JSON, CSV or details. */
import { orderOfAddress } from "../../../domain/address.ts";
import { severities, worstFirst } from "../inventory/findings.ts";
import type { JudgedKey, KeyReport } from "../inventory/key-report.ts";
import { shortFingerprint } from "../../sessions/text/columns.ts";
import type { GridColumn } from "../../../text/grid.ts";
import { comparisons, sortRows, type SortKey } from "../../sessions/text/sort.ts";
import { isoTime, localTime } from "../../../text/time.ts";

/** How a key is shown in one column. */
export interface KeyColumn extends Omit<GridColumn, "name"> {
  /** Where it is shown without being asked for; everywhere where absent. */
  only?: "wide" | "programs";
  /** Not known where no log tells of logins. */
  fromLogs?: true;
  text: (key: JudgedKey, view: KeyView) => string | undefined;
  /** For programs, where it differs. */
  data?: (key: JudgedKey) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (key: JudgedKey) => number | string | undefined;
}

/** What a key is shown in. */
type KeyView = Pick<KeyReport, "host" | "takenAtMs">;

const columns = {
  host: { title: "HOST", only: "programs", text: (_, { host }) => host },
  user: { title: "USER", shrinks: 4, text: ({ listed }) => listed.account.name },
  uid: {
    title: "UID",
    align: "right",
    only: "wide",
    text: ({ listed }) => String(listed.account.uid),
    order: ({ listed }) => listed.account.uid,
  },
  type: {
    title: "TYPE",
    text: ({ listed }) => (listed.options.certAuthority ? `${listed.key.name} CA` : listed.key.name),
  },
  bits: {
    title: "BITS",
    align: "right",
    spare: 1,
    text: ({ listed }) => listed.key.bits?.toString(),
    order: ({ listed }) => listed.key.bits,
  },
  fingerprint: { title: "FINGERPRINT", shrinks: 2, least: shortFingerprint, text: ({ listed }) => listed.key.sha256 },
  comment: { title: "COMMENT", shrinks: 3, text: ({ listed }) => listed.comment },
  state: { title: "STATE", text: ({ listed }) => listed.state },
  last: {
    title: "LAST",
    spare: 4,
    text: ({ use }, { takenAtMs }) => use.last && localTime(use.last.timeMs, takenAtMs) + mark(use.last.verified),
    data: ({ use }) => use.last && isoTime(use.last.timeMs),
    order: ({ use }) => use.last?.timeMs,
  },
  from: {
    title: "FROM",
    shrinks: 5,
    last: true,
    spare: 2,
    text: ({ use }) => use.last?.address,
    order: ({ use }) => use.last?.address && orderOfAddress(use.last.address),
  },
  logins: {
    title: "LOGINS",
    align: "right",
    spare: 3,
    fromLogs: true,
    text: ({ use }) => String(use.verified + use.unverified),
    order: ({ use }) => use.verified + use.unverified,
  },
  unverified: {
    title: "UNVERIFIED",
    tells: "differences",
    align: "right",
    only: "wide",
    fromLogs: true,
    text: ({ use }) => String(use.unverified),
    order: ({ use }) => use.unverified,
  },
  open: {
    title: "OPEN",
    align: "right",
    fromLogs: true,
    text: ({ sessions }) => String(sessions.length),
    order: ({ sessions }) => sessions.length,
  },
  file: { title: "FILE", only: "wide", text: ({ listed }) => listed.path },
  line: {
    title: "LINE",
    align: "right",
    only: "wide",
    text: ({ listed }) => String(listed.line),
    order: ({ listed }) => listed.line,
  },
  options: {
    title: "OPTIONS",
    tells: "something",
    only: "wide",
    text: ({ listed }) => listed.options.text || undefined,
  },
  findings: { title: "FINDINGS", shrinks: 1, text: findingIds, order: worstSeverity },
} satisfies Record<string, KeyColumn>;

export type KeyColumnName = keyof typeof columns;

export const keyColumnNames = Object.keys(columns).filter((name): name is KeyColumnName => name in columns);

export function keyColumnOf(name: KeyColumnName): KeyColumn {
  return columns[name];
}

/** What these columns leave open stays in the order of accounts, files and lines. */
export function sortKeys(keys: readonly JudgedKey[], by: readonly SortKey<KeyColumnName>[]): JudgedKey[] {
  const valueOf = (name: KeyColumnName) => {
    const { order, text } = keyColumnOf(name);
    // Texts that depend on the time have an order of their own.
    return order ?? ((key: JudgedKey) => text(key, { host: "", takenAtMs: 0 }));
  };
  return sortRows(keys, comparisons(by, valueOf));
}

/** The worst first: a narrow table cuts the end. */
function findingIds({ findings }: JudgedKey): string | undefined {
  return (
    worstFirst(findings)
      .map(({ fault }) => fault.id)
      .join(" ") || undefined
  );
}

function worstSeverity({ findings }: JudgedKey): number | undefined {
  return findings.length === 0 ? undefined : Math.max(...findings.map(({ severity }) => severities.indexOf(severity)));
}

/** What only a file tells to which every user can write. */
function mark(verified: boolean): string {
  return verified ? "" : "?";
}
