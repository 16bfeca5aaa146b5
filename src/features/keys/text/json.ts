/** docs/schemas/keys-1.json */
import type { KeysDocument } from "../../../text/json-contract.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import { reasonOf, remedyOf } from "./faults.ts";
import type { Finding } from "../inventory/findings.ts";
import { allFindings, areLoginsTold, type JudgedKey, type KeyReport } from "../inventory/key-report.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";

/**
 * In pieces: the keys of a large machine make a text of many megabytes.
 *
 * @param left - how many keys were left out.
 */
export function* renderKeysJson(report: KeyReport, left: number): Generator<string> {
  const frame = renderFrame(report, left);
  const isTold = areLoginsTold(report);
  // The first one: of what others have chosen, only the name of the host stands before it.
  const gap = frame.indexOf(place);
  yield gap < 0 ? frame : frame.slice(0, gap);
  for (let start = 0; start < report.keys.length; start += atOnce) {
    const keys = report.keys.slice(start, start + atOnce);
    const texts = keys.map((key) => renderJson<KeyJson>(keyToJson(key, isTold)).trimEnd().replaceAll("\n", "\n    "));
    yield (start === 0 ? "" : ",\n    ") + texts.join(",\n    ");
  }
  if (gap >= 0) yield frame.slice(gap + place.length);
}

/** Where the keys go, as it stands in the text. */
const place = '"<the keys>"';

const atOnce = 500;

type Frame = Omit<KeysDocument, "keys"> & { keys: string[] };

function renderFrame(report: KeyReport, left: number): string {
  const { host, takenAtMs, journalSinceMs, filesSinceMs, keys, accounts, warnings } = report;
  return renderJson<Frame>({
    schema: "sshctl.keys/1",
    host,
    takenAt: isoTime(takenAtMs),
    journalSince: time(journalSinceMs),
    filesSince: time(filesSinceMs),
    accounts,
    keys: keys.length === 0 ? [] : ["<the keys>"],
    left,
    findings: allFindings(report).map(findingToJson),
    warnings,
  });
}

type KeyJson = KeysDocument["keys"][number];

/** @param isTold - whether any log tells of logins. */
function keyToJson({ listed, use, sessions, findings }: JudgedKey, isTold: boolean): Told<KeyJson> {
  const { account, path, line, key, options, comment, state, servers } = listed;
  return {
    user: account.name,
    uid: account.uid,
    path,
    line,
    keyType: key.type,
    type: key.name,
    bits: key.bits ?? null,
    fingerprint: key.sha256,
    md5: key.md5,
    comment: comment ?? null,
    options: options.text,
    certAuthority: options.certAuthority,
    from: options.from ?? null,
    command: options.command ?? null,
    principals: options.principals ?? null,
    expiresAt: time(options.expiresAtMs),
    state,
    problem: options.problem ?? null,
    servers,
    logins: {
      verified: isTold ? use.verified : null,
      unverified: isTold ? use.unverified : null,
      last: use.last
        ? { at: isoTime(use.last.timeMs), address: use.last.address ?? null, verified: use.last.verified }
        : null,
    },
    sessions: isTold ? sessions.map(sessionToJson) : null,
    findings: findings.map(({ fault }) => fault.id),
  };
}

function sessionToJson({
  identity,
  pid,
  peer,
  startedAtMs,
  auth,
}: Session): Told<NonNullable<KeyJson["sessions"]>[number]> {
  return {
    id: sessionId(identity),
    pid,
    peer: peer ?? null,
    startedAt: time(startedAtMs),
    verified: auth?.verified === true,
  };
}

function findingToJson({
  fault,
  severity,
  user,
  path,
  line,
  fingerprint,
}: Finding): Told<KeysDocument["findings"][number]> {
  return {
    id: fault.id,
    severity,
    user,
    path,
    line: line ?? null,
    fingerprint: fingerprint ?? null,
    reason: reasonOf(fault),
    remedy: remedyOf(fault),
  };
}

function time(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : isoTime(timeMs);
}
