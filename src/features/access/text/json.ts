/** docs/schemas/access-1.json */
import type { AccessDocument } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import type { AccessReport, Lock, ServerAccess } from "../access-report.ts";

export function renderAccessJson(report: AccessReport, lock: Lock | undefined): string {
  const { host, takenAtMs, user, uid, otherNames, from, answer, servers, otherDoors, notes } = report;
  return renderJson<AccessDocument>({
    schema: "sshctl.access/1",
    host,
    takenAt: isoTime(takenAtMs),
    user,
    uid,
    otherNames,
    from: from ?? null,
    answer,
    servers: servers.map(serverToJson),
    otherDoors: otherDoors.map(({ name, pid, text }) => ({ name, pid: pid ?? null, text })),
    lock: lock === undefined ? null : lockToJson(lock),
    notes,
  });
}

function lockToJson({ id, by, atMs, reason }: Lock): Told<NonNullable<AccessDocument["lock"]>> {
  return { id, by, at: isoTime(atMs), reason: reason ?? null };
}

function serverToJson({
  name,
  kind,
  answer,
  because,
  checks,
  ways,
}: ServerAccess): Told<AccessDocument["servers"][number]> {
  return { name, kind, answer, because, checks, ways };
}
