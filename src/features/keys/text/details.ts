/** Everything about one key, for people. */
import { reasonOf, remedyOf } from "./faults.ts";
import { formatEndpoint } from "../../../domain/address.ts";
import { plural } from "../../../text/words.ts";
import type { Session } from "../../../domain/session.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import { areLoginsTold, type JudgedKey, type KeyReport } from "../inventory/key-report.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";

/** @param keys - the places of one key, at least one. */
export function renderKeyDetails(keys: readonly JudgedKey[], report: KeyReport, style: TextStyle): string {
  const [first] = keys;
  if (first === undefined) return "";
  const isTold = areLoginsTold(report);
  const everywhere = findingsEverywhere(keys);
  const told = new Set(everywhere.map(([, text]) => text));
  const places = keys.map((each) => {
    const { account, path, line } = each.listed;
    const findings = findingFacts(each).filter(([, text]) => !told.has(text));
    return { where: `${account.name}  ${path}:${String(line)}`, facts: [...factsOf(each, isTold), ...findings] };
  });
  return renderPlaces(first.listed.key, places, reachLine(report), style, [...revokedFacts(keys), ...everywhere]);
}

type Fact = readonly [name: string, text: string];

/** Whatever else is to be said of a key, this comes first: nobody can log in with it. */
function revokedFacts(keys: readonly JudgedKey[]): Fact[] {
  const refused = keys.filter(({ listed }) => listed.state === "revoked");
  if (refused.length === 0) return [];
  const names = [...new Set(refused.map(({ listed }) => listed.account.name))];
  const whom = refused.length === keys.length ? ", in whatever file it stands" : ` for ${names.join(", ")}`;
  return [["REVOKED", `sshd refuses this key (RevokedKeys)${whom}`]];
}

/** What is wrong in every one of several places, and is told once. */
function findingsEverywhere(keys: readonly JudgedKey[]): Fact[] {
  const [first, ...others] = keys.map(findingFacts);
  if (first === undefined || others.length === 0) return [];
  return first.filter(([, text]) => others.every((facts) => facts.some((fact) => fact[1] === text)));
}

function findingFacts({ findings }: JudgedKey): Fact[] {
  return findings.map(({ severity, fault }) => [severity, `${fault.id}: ${reasonOf(fault)}. ${remedyOf(fault)}`]);
}

/** Where a key is authorized, and what is known of it there. */
export interface KeyPlace {
  where: string;
  facts: readonly Fact[];
}

/**
 * @param note - a last line about all places.
 * @param facts - of the key itself.
 */
export function renderPlaces(
  { sha256, md5, name, bits }: Pick<PublicKey, "sha256" | "md5" | "name" | "bits">,
  places: readonly KeyPlace[],
  note: string | undefined,
  { chalk, width }: TextStyle,
  facts: readonly Fact[] = [],
): string {
  const size = bits === undefined ? "" : `, ${String(bits)} bits`;
  const lines = [
    `${chalk.bold(visible(sha256))}  ${visible(name)}${size}`,
    `  ${visible(md5)}`,
    ...factLines(facts, width),
    ...places.flatMap((place) => ["", ...placeLines(place, width)]),
    ...(note === undefined ? [] : ["", ...wrapWords(visible(note), width, textWidth)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function placeLines({ where, facts }: KeyPlace, width: number | undefined): string[] {
  return [visible(where), ...factLines(facts, width)];
}

function factLines(facts: readonly Fact[], width: number | undefined): string[] {
  const place = "  state     ".length;
  return facts.flatMap(([name, text]) =>
    hangingIndent(`  ${name}`.padEnd(place), place, visible(text), width, textWidth),
  );
}

function factsOf({ listed, use, sessions }: JudgedKey, isTold: boolean): KeyPlace["facts"] {
  const { comment, options, state, servers } = listed;
  const logins = use.verified + use.unverified;
  const unverified = use.unverified > 0 ? `, ${String(use.unverified)} of them unverified` : "";
  const { last } = use;
  return [
    ["state", servers.length === 0 ? state : `${state}, by ${servers.join(", ")} only`],
    ...(comment === undefined ? [] : [["comment", comment] as const]),
    ...(options.text === "" ? [] : [["options", options.text] as const]),
    ...(options.expiresAtMs === undefined ? [] : [["expires", fullTime(options.expiresAtMs)] as const]),
    ["logins", isTold ? `${String(logins)}${unverified}` : "not known"],
    ...(last === undefined ? [] : [["last", useText(last)] as const]),
    ...sessions.map((session) => ["open", sessionText(session)] as const),
  ];
}

function useText({ timeMs, address = "?", verified }: NonNullable<JudgedKey["use"]["last"]>): string {
  return `${fullTime(timeMs)} from ${address}${verified ? "" : " (unverified)"}`;
}

function sessionText({ pid, peer, startedAtMs, auth }: Session): string {
  const from = peer === undefined ? "" : ` from ${formatEndpoint(peer)}`;
  const since = startedAtMs === undefined ? "" : ` since ${fullTime(startedAtMs)}`;
  return `PID ${String(pid)}${from}${since}${auth?.verified === true ? "" : " (unverified)"}`;
}

/** Since when logins are known; undefined where they are not known at all. */
export function reachLine({
  journalSinceMs,
  filesSinceMs,
  keys,
}: Pick<KeyReport, "journalSinceMs" | "filesSinceMs" | "keys">): string | undefined {
  const reaches = [
    journalSinceMs === undefined ? [] : `the journal reaches back to ${fullTime(journalSinceMs)}`,
    filesSinceMs === undefined ? [] : `log files, unverified, to ${fullTime(filesSinceMs)}`,
  ].flat();
  if (reaches.length === 0) return undefined;
  const unseen = keys.filter(({ use }) => use.last === undefined).length;
  const silent = unseen === 0 ? "" : `; ${plural(unseen, "key")} not seen since then may have been used before`;
  return `${reaches.join(", ")}${silent}`;
}
