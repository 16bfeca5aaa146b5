/** Locks on many hosts: the columns of `locks`, with the host in front. */
import type { TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { FleetLocksDocument, LocksDocument } from "../../../text/json-contract.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime } from "../../../text/time.ts";
import {
  askedHostToJson,
  timeOf,
  unansweredHostToJson,
  type FleetDocuments,
  type HostDocument,
} from "../../sessions/fleet/ask-sshctl.ts";
import { describeExcept } from "../everyone/text.ts";
import { locksGrid, type LockRow } from "../text/locks-table.ts";

export async function renderFleetLocks(
  { answered, takenAtMs }: FleetDocuments<"locks">,
  layout: { headers: boolean; truncate: boolean },
  style: TextStyle,
): Promise<string> {
  const rows = answered.flatMap(({ name, document }) => rowsOf(document).map((row) => ({ name, row })));
  if (rows.length === 0 && style.width !== undefined) return "no account is locked\n";
  const grid = locksGrid(
    rows.map(({ row }) => row),
    takenAtMs,
  );
  const withHosts = {
    columns: [{ title: "HOST" }, ...grid.columns],
    rows: grid.rows.map((row, index) => ({ ...row, cells: [rows[index]?.name, ...row.cells] })),
  };
  return renderGrid(withHosts, layout, style);
}

function rowsOf({ locks, everyone }: LocksDocument): LockRow[] {
  const ofEveryone = everyone === null ? [] : [everyoneRow(everyone)];
  return [...ofEveryone, ...locks.map(lockRow)];
}

function lockRow({ user, state, text, record }: LocksDocument["locks"][number]): LockRow {
  return {
    user,
    state,
    by: record?.by,
    atMs: timeOf(record?.at ?? null),
    untilMs: timeOf(record?.openUntil ?? record?.until ?? null),
    id: record?.id,
    method: record?.mechanism.kind === "deny" ? "DenyUsers" : "expiry",
    reason: record?.reason ?? undefined,
    text,
  };
}

function everyoneRow({ state, text, record }: NonNullable<LocksDocument["everyone"]>): LockRow {
  const { except, by, at, until, id, reason } = record;
  return {
    user: describeExcept(except.map((name) => ({ name }))),
    state,
    by,
    atMs: timeOf(at),
    untilMs: timeOf(until),
    id,
    method: "DenyUsers",
    reason: reason ?? undefined,
    text,
  };
}

/** docs/schemas/fleet-locks-1.json */
export function renderFleetLocksJson(fleet: FleetDocuments<"locks">): string {
  return renderJson<FleetLocksDocument>({
    schema: "sshctl.fleet-locks/1",
    takenAt: isoTime(fleet.takenAtMs),
    hosts: [
      ...fleet.answered.map((host: HostDocument<"locks">) => ({ ...askedHostToJson(host), locks: host.document })),
      ...fleet.failed.map((host) => ({ ...unansweredHostToJson(host), locks: null })),
    ],
  });
}
