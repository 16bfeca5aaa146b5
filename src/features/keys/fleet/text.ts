/** Keys and findings of many hosts: the columns of `keys`, with the host in front. */
import { orderOfAddress } from "../../../domain/address.ts";
import { renderCsv } from "../../../text/csv.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { FleetFindingJson, FleetKeysDocument, ListedKeyJson } from "../../../text/json-contract.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime, localTime } from "../../../text/time.ts";
import { answeredToJson, failedToJson, timeOf } from "../../sessions/fleet/ask-sshctl.ts";
import { comparisons, sortRows, type SortKey } from "../../sessions/text/sort.ts";
import { severities } from "../inventory/findings.ts";
import { columnsOf, mostRows, type Layout } from "../layout.ts";
import { keyColumnOf, type KeyColumnName } from "../text/columns.ts";
import { renderFindings } from "../text/findings.ts";
import type { FleetKey, FleetKeys } from "./fleet-keys.ts";

/** What one column has of a key. */
interface Cell {
  text: (row: FleetKey) => string | undefined;
  /** For programs, where it differs. */
  data?: (row: FleetKey) => string | undefined;
  /** What the rows are ordered by; the text where absent. */
  order?: (row: FleetKey) => number | string | undefined;
}

const loginsOf = ({ logins: { verified, unverified } }: ListedKeyJson) =>
  verified === null || unverified === null ? undefined : verified + unverified;
const lastOf = ({ logins: { last } }: ListedKeyJson) => timeOf(last?.at ?? null);

const cells: Readonly<Record<KeyColumnName, Cell>> = {
  host: { text: ({ host }) => host },
  user: { text: ({ key }) => key.user },
  uid: { text: ({ key }) => String(key.uid), order: ({ key }) => key.uid },
  type: { text: ({ key }) => (key.certAuthority ? `${key.type} CA` : key.type) },
  bits: { text: ({ key }) => key.bits?.toString(), order: ({ key }) => key.bits ?? undefined },
  fingerprint: { text: ({ key }) => key.fingerprint },
  comment: { text: ({ key }) => key.comment ?? undefined },
  state: { text: ({ key }) => key.state },
  last: {
    text: ({ key, nowMs }) => {
      const timeMs = lastOf(key);
      return timeMs === undefined
        ? undefined
        : localTime(timeMs, nowMs) + (key.logins.last?.verified === true ? "" : "?");
    },
    data: ({ key }) => key.logins.last?.at,
    order: ({ key }) => lastOf(key),
  },
  from: {
    text: ({ key }) => key.logins.last?.address ?? undefined,
    order: ({ key }) => orderOfAddress(key.logins.last?.address ?? ""),
  },
  logins: { text: ({ key }) => loginsOf(key)?.toString(), order: ({ key }) => loginsOf(key) },
  unverified: {
    text: ({ key }) => key.logins.unverified?.toString(),
    order: ({ key }) => key.logins.unverified ?? undefined,
  },
  open: { text: ({ key }) => key.sessions?.length.toString(), order: ({ key }) => key.sessions?.length },
  file: { text: ({ key }) => key.path },
  line: { text: ({ key }) => String(key.line), order: ({ key }) => key.line },
  options: { text: ({ key }) => key.options || undefined },
  findings: {
    text: ({ findings }) => findings.map(({ id }) => id).join(" ") || undefined,
    order: ({ findings: [worst] }) => worst && severities.indexOf(worst.severity),
  },
};

export function sortFleetKeys(keys: readonly FleetKey[], by: readonly SortKey<KeyColumnName>[]): FleetKey[] {
  return sortRows(
    keys,
    comparisons(by, (name) => cells[name].order ?? cells[name].text),
  );
}

export async function renderFleetKeys(shown: FleetKeys, layout: Layout, look: TextStyle): Promise<string> {
  const { format, findings, headers } = layout;
  if (format === "json") return renderFleetKeysJson(shown);
  if (format === "csv") return renderCsv(findings ? findingGrid(shown.findings) : keyGrid(shown.keys, layout), headers);
  const most = mostRows(layout, look);
  if (findings) return renderFleetFindings(shown.findings.slice(0, most), look);
  if (shown.keys.length === 0 && look.width !== undefined) return "no keys\n";
  const grid = keyGrid(shown.keys.slice(0, most), layout);
  return renderGrid(layout.isWhole ? grid : withoutSilent(grid), layout, look);
}

function keyGrid(keys: readonly FleetKey[], layout: Layout): Grid {
  const isData = layout.format === "csv";
  const usual = columnsOf(layout);
  const names = layout.columns ?? ["host", ...usual.filter((name) => name !== "host")];
  return {
    columns: names.map((name) => ({ name, ...keyColumnOf(name) })),
    rows: keys.map((row) => ({
      cells: names.map((name) => (isData ? (cells[name].data ?? cells[name].text) : cells[name].text)(row)),
      ...(row.key.state === "accepted" ? {} : { emphasis: "dim" as const }),
    })),
  };
}

function findingGrid(findings: readonly FleetFindingJson[]): Grid {
  const titles = ["HOST", "SEVERITY", "ID", "USER", "FILE", "LINE", "FINGERPRINT", "REASON", "REMEDY"];
  return {
    columns: titles.map((title) => ({ title })),
    rows: findings.map(({ host, severity, id, user, path, line, fingerprint, reason, remedy }) => ({
      cells: [host, severity, id, user, path, line?.toString(), fingerprint ?? undefined, reason, remedy],
    })),
  };
}

function renderFleetFindings(findings: readonly FleetFindingJson[], look: TextStyle): string {
  const told = findings.map((finding) => ({
    ...finding,
    place: `${finding.host}  ${finding.user}  ${finding.path}${finding.line === null ? "" : `:${String(finding.line)}`}`,
    fingerprint: finding.fingerprint ?? undefined,
  }));
  return told.length === 0 ? "no findings\n" : renderFindings(told, look);
}

/** docs/schemas/fleet-keys-1.json */
export function renderFleetKeysJson({ fleet, keys, findings }: FleetKeys): string {
  return renderJson<FleetKeysDocument>({
    schema: "sshctl.fleet-keys/1",
    takenAt: isoTime(fleet.takenAtMs),
    hosts: [
      ...fleet.answered.map((host) => {
        const { journalSince, filesSince, accounts, left } = host.document;
        return { name: host.name, ...answeredToJson(host), journalSince, filesSince, accounts, left };
      }),
      ...fleet.failed.map(({ name, failure }) => ({
        name,
        ...failedToJson(failure),
        journalSince: null,
        filesSince: null,
        accounts: null,
        left: null,
      })),
    ],
    // A host may add fields of its own, but not say that it is another one.
    keys: keys.map(({ host, key }) => ({ ...key, host })),
    findings,
  });
}
