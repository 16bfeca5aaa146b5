/** What is kept of a lock: all that is needed to prove it again, and to take exactly it away. Below /var/lib/sshctl/locks, root's. */
import { canonicalAddress } from "../../domain/address.ts";
import type { Machine } from "../../host/host.ts";
import { orUndefined } from "../../host/files/files.ts";
import { fromByteText, toByteText } from "../../text/byte-text.ts";
import { isObject, parseObject, textIn, timeIn } from "../../text/json-object.ts";
import { isoTime } from "../../text/time.ts";
import type { Term } from "./term.ts";

/** How an account is kept out. */
export type Mechanism =
  /** The account has expired, for PAM or for sshd: field 8 of shadow(5) is {@link lockedDay}. */
  | { kind: "expiry"; /** What the field held; undefined where it was empty. */ before: number | undefined }
  /** DenyUsers in our file of sshd_config.d, or in a block in a configuration that does not include it. */
  | { kind: "deny"; pattern: string; paths: readonly string[] };

/** Our file in sshd_config.d. What sshd reads first counts, and DenyUsers of all files adds up. */
export const denyPath = "/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf";

/** The second day of 1970: shadow(5) warns that 0 may mean never. */
export const lockedDay = 1;

/** What was stopped beside logins: services that run without one, and files that were put aside. */
export type Stopped = { kind: "services" } | { kind: "crontab" | "at"; path: string };

export interface LockRecord {
  /** Of the command that locked: the same in its records in the logs, and in the list of changes. */
  id: string;
  user: string;
  uid: number;
  /** Of /etc/machine-id: on a copy of this machine the lock is not ours. */
  machineId: string;
  mechanism: Mechanism;
  /** `planned` is also what is left by a process that was killed: whether it has locked has to be looked up. */
  state: "planned" | "locked";
  /** Who did it, for people. */
  by: string;
  reason: string | undefined;
  /** Milliseconds since the epoch. */
  atMs: number;
  /** When it ends by itself; undefined where it does not. */
  end: Term | undefined;
  /** The account is open for a while, and locked again then. */
  opened: Term | undefined;
  stopped: readonly Stopped[];
  /** Addresses that PerSourcePenalties does not punish meanwhile. */
  exempt: readonly string[];
}

/** What its timer waits for. */
export function termsOf({ end, opened }: Pick<LockRecord, "end" | "opened">): Term[] {
  return [end ?? [], opened ?? []].flat();
}

const schema = "sshctl.lock-record/1";

export function renderRecord({ atMs, mechanism, reason, end, opened, ...record }: LockRecord): string {
  const kept = mechanism.kind === "expiry" ? { kind: "expiry", before: mechanism.before ?? null } : mechanism;
  const fields = {
    schema,
    ...record,
    mechanism: kept,
    reason: reason ?? null,
    at: isoTime(atMs),
    end: termToJson(end),
    opened: termToJson(opened),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** As it is kept. */
export function termToJson(term: Term | undefined) {
  if (term === undefined) return null;
  const { untilMs, ...others } = term;
  return { until: isoTime(untilMs), ...others };
}

/** @returns undefined for anything that this program has not written. */
export function parseRecord(text: string): LockRecord | undefined {
  const fields = parseObject(text);
  const mechanism = mechanismIn(fields?.["mechanism"]);
  const [id, user, machineId, by] = ["id", "user", "machineId", "by"].map((name) => textIn(fields?.[name]));
  const { uid, state, reason } = { uid: fields?.["uid"], state: fields?.["state"], reason: textIn(fields?.["reason"]) };
  const atMs = timeIn(fields?.["at"]);
  if (fields?.["schema"] !== schema || mechanism === undefined || atMs === undefined) return undefined;
  if (id === undefined || user === undefined || machineId === undefined || by === undefined) return undefined;
  if (typeof uid !== "number" || (state !== "planned" && state !== "locked")) return undefined;
  const [terms, sides] = [termsIn(fields), sidesIn(fields)];
  return terms && sides && { id, user, uid, machineId, mechanism, state, by, reason, atMs, ...terms, ...sides };
}

/** Records of earlier versions have none of it. */
function sidesIn(fields: Readonly<Record<string, unknown>>): Pick<LockRecord, "stopped" | "exempt"> | undefined {
  const { stopped = [], exempt = [] } = fields;
  if (!Array.isArray(stopped) || !Array.isArray(exempt)) return undefined;
  const all = stopped.map(stoppedIn);
  const addresses = exempt.map((each: unknown) => (typeof each === "string" ? canonicalAddress(each) : undefined));
  const isSound = [...all, ...addresses].every((each) => each !== undefined);
  return isSound
    ? { stopped: all.flatMap((each) => each ?? []), exempt: addresses.flatMap((each) => each ?? []) }
    : undefined;
}

function stoppedIn(value: unknown): Stopped | undefined {
  if (!isObject(value)) return undefined;
  const { kind, path } = value;
  if (kind === "services") return { kind };
  if (kind !== "crontab" && kind !== "at") return undefined;
  return typeof path === "string" && /^\/var\/spool\/(?:cron|at)\//.test(path) ? { kind, path } : undefined;
}

/** @returns undefined where one of them is none that this program has written. */
function termsIn(fields: Readonly<Record<string, unknown>>): Pick<LockRecord, "end" | "opened"> | undefined {
  const [end, opened] = [fields["end"], fields["opened"]].map(termIn);
  return end === "none" || opened === "none" ? undefined : { end, opened };
}

/** @returns "none" for what {@link termToJson} has not written. */
export function termIn(value: unknown): Term | undefined | "none" {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return "none";
  const { forSeconds, bootId, uptimeSeconds } = value;
  const untilMs = timeIn(value["until"]);
  if (untilMs === undefined || typeof forSeconds !== "number" || typeof uptimeSeconds !== "number") return "none";
  return typeof bootId === "string" ? { untilMs, forSeconds, bootId, uptimeSeconds } : "none";
}

function mechanismIn(value: unknown): Mechanism | undefined {
  if (!isObject(value)) return undefined;
  const { kind, before, pattern } = value;
  if (kind === "deny" && typeof pattern === "string") {
    const paths = pathsIn(value["paths"]);
    return paths && { kind, pattern, paths };
  }
  if (kind !== "expiry" || (before !== null && typeof before !== "number")) return undefined;
  return { kind, before: before ?? undefined };
}

/** Records of earlier versions name none. */
function pathsIn(value: unknown): string[] | undefined {
  if (value === undefined) return [denyPath];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const paths = value.flatMap((each: unknown) => (typeof each === "string" && each.startsWith("/") ? each : []));
  return paths.length === value.length ? paths : undefined;
}

export type RecordHost = Pick<Machine, "locks" | "files">;

interface ReadingHost {
  locks: Pick<Machine["locks"], "names" | "read">;
  files: Machine["files"];
}

/** Larger is no record. */
const mostBytes = 65_536;

export interface KeptLocks {
  /** The oldest first. */
  records: readonly LockRecord[];
  /** Names of files that hold none, or one of another machine. */
  damaged: readonly string[];
}

/** @throws FileTrouble */
export function readRecords({ locks, files }: ReadingHost): KeptLocks {
  const names = locks
    .names()
    .filter((name) => name.endsWith(".json"))
    .toSorted();
  const here = machineIdOf({ files });
  const records: LockRecord[] = [];
  const damaged: string[] = [];
  for (const name of names) {
    const record = parseRecord(fromByteText(locks.read(name, mostBytes) ?? ""));
    if (record === undefined || record.machineId !== here) damaged.push(name);
    else records.push(record);
  }
  return { records, damaged };
}

/** @throws FileTrouble */
export function writeRecord(record: LockRecord, { locks }: RecordHost): void {
  locks.write(`${keyOf(record)}.json`, toByteText(renderRecord(record)));
}

/** @throws FileTrouble */
export function removeRecord(record: LockRecord, { locks }: RecordHost): void {
  locks.remove(`${keyOf(record)}.json`);
}

/** Names what belongs to this record alone: its file, its timer. One command may lock several accounts. */
export function keyOf({ id, uid }: Pick<LockRecord, "id" | "uid">): string {
  return `${id}-${String(uid)}`;
}

export function machineIdOf({ files }: Pick<ReadingHost, "files">): string {
  return orUndefined(files.read("/etc/machine-id"))?.trim() ?? "";
}
