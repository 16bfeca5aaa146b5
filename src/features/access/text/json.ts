/** docs/schemas/access-1.json */
import type { AccessDocument, AccessLockJson } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import type { AccessReport, Lock, ServerAccess } from "../access-report.ts";

export function renderAccessJson(report: AccessReport, locks: readonly Lock[]): string {
  const [lock] = locks;
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
    locks: locks.map(lockToJson),
    notes,
  });
}

function lockToJson({ id, by, atMs, reason, isOfEveryone, untilMs, openUntilMs }: Lock): Told<AccessLockJson> {
  return {
    id,
    by,
    at: isoTime(atMs),
    reason: reason ?? null,
    everyone: isOfEveryone,
    until: timeOf(untilMs),
    openUntil: timeOf(openUntilMs),
  };
}

function timeOf(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : isoTime(timeMs);
}

function serverToJson({
  name,
  kind,
  answer,
  because,
  checks,
  ways,
}: ServerAccess): Told<AccessDocument["servers"][number]> {
  const told = ways.map(({ method, answer: says, text, places, depends }) => ({
    method,
    answer: says,
    text,
    places,
    depends,
  }));
  return { name, kind, answer, because, checks, ways: told };
}
