/** Everything about one key, for people. */
import { formatEndpoint } from "../domain/address.ts";
import { plural } from "../domain/plural.ts";
import type { Session } from "../domain/session.ts";
import { areLoginsTold, type JudgedKey, type KeyReport } from "../keys/key-report.ts";
import type { Look } from "./grid.ts";
import { isoTime } from "./time.ts";
import { visible } from "./visible.ts";

/** @param keys - the places of one key, at least one. */
export function renderKeyDetails(keys: readonly JudgedKey[], report: KeyReport, { chalk }: Look): string {
  const [first] = keys;
  if (first === undefined) return "";
  const { key } = first.listed;
  const bits = key.bits === undefined ? "" : `, ${String(key.bits)} bits`;
  const reach = reachLine(report);
  const lines = [
    `${chalk.bold(key.sha256)}  ${visible(key.name)}${bits}`,
    `  ${key.md5}`,
    ...keys.flatMap((each) => ["", ...placeLines(each, areLoginsTold(report)).map(visible)]),
    ...(reach === undefined ? [] : ["", visible(reach)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function placeLines({ listed, use, sessions, findings }: JudgedKey, isTold: boolean): string[] {
  const { account, path, line, comment, options, state } = listed;
  const logins = use.verified + use.unverified;
  const unverified = use.unverified > 0 ? `, ${String(use.unverified)} of them unverified` : "";
  const { last } = use;
  return [
    `${account.name}  ${path}:${String(line)}`,
    `  state     ${state}`,
    ...(comment === undefined ? [] : [`  comment   ${comment}`]),
    ...(options.text === "" ? [] : [`  options   ${options.text}`]),
    ...(options.expiresAtMs === undefined ? [] : [`  expires   ${isoTime(options.expiresAtMs)}`]),
    `  logins    ${isTold ? `${String(logins)}${unverified}` : "not known"}`,
    ...(last === undefined
      ? []
      : [`  last      ${isoTime(last.timeMs)} from ${last.address ?? "?"}${last.verified ? "" : " (unverified)"}`]),
    ...sessions.map((session) => `  open      ${sessionText(session)}`),
    ...findings.map(({ severity, id, reason, remedy }) => `  ${severity.padEnd(8)}  ${id}: ${reason}. ${remedy}`),
  ];
}

function sessionText({ pid, peer, startedAtMs, auth }: Session): string {
  const from = peer === undefined ? "" : ` from ${formatEndpoint(peer)}`;
  const since = startedAtMs === undefined ? "" : ` since ${isoTime(startedAtMs)}`;
  return `PID ${String(pid)}${from}${since}${auth?.verified === true ? "" : " (unverified)"}`;
}

/** Since when logins are known; undefined where they are not known at all. */
export function reachLine({
  journalSinceMs,
  filesSinceMs,
  keys,
}: Pick<KeyReport, "journalSinceMs" | "filesSinceMs" | "keys">): string | undefined {
  const reaches = [
    journalSinceMs === undefined ? [] : `the journal reaches back to ${isoTime(journalSinceMs)}`,
    filesSinceMs === undefined ? [] : `log files, unverified, to ${isoTime(filesSinceMs)}`,
  ].flat();
  if (reaches.length === 0) return undefined;
  const unseen = keys.filter(({ use }) => use.last === undefined).length;
  const silent = unseen === 0 ? "" : `; ${plural(unseen, "key")} not seen since then, which may have been used before`;
  return `${reaches.join(", ")}${silent}`;
}
